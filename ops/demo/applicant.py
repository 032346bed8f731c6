"""Somebody without an account who opens one as a freelancer, as the hall's API meets them."""

from dataclasses import dataclass
from typing import Any

from ops.demo.citizen import Citizen
from ops.demo.device import Reply, wanted

OFFICE, BASE, RATE_PERCENT = "01", "6000.00", 10


@dataclass
class Applicant(Citizen):
    """A person of `applicants.json` at a device of the own; once the account is open, a citizen."""

    def wish(self, **changes: Any) -> dict[str, Any]:
        """What is applied for."""
        wished = {
            "office": OFFICE,
            "name": self.person["name"],
            "id_number": self.person["id_number"],
            "base": BASE,
            "rate_percent": RATE_PERCENT,
        }
        return wished | changes

    def begin(self, **changes: Any) -> Reply:
        """Begin the application, with a fresh captcha."""
        body = self.wish(phone=self.person["phone"], **self.captcha())
        return self.device.post("/freelancer-openings", body | changes)

    def submission(self, code: str, **changes: Any) -> dict[str, Any]:
        """The whole form, with the agreement as it is shown now."""
        agreement = wanted(self.device.get("/freelancer-openings/terms"))["agreement"]
        consent = {name: agreement[name] for name in ("version", "digest")}
        return self.wish(code=code, password=self.password, consent=consent) | changes

    def code_for_opening(self, applicant: str, **changes: Any) -> str:
        """A code for just this application, read from the phone."""
        return self.take_code(f"/freelancer-openings/{applicant}/code", self.wish(**changes))

    def submit(self, applicant: str, body: dict[str, Any], key: str | None = None) -> Reply:
        """我已阅知、同意协议并提交申请."""
        return self.device.post(f"/freelancer-openings/{applicant}/account", body, key)

    def open_account(self, **changes: Any) -> dict[str, Any]:
        """The whole opening: captcha, code, form; the first session is open at the end."""
        applicant = str(wanted(self.begin(**changes))["applicant"])
        code = self.code_for_opening(applicant, **changes)
        opened = wanted(self.submit(applicant, self.submission(code, **changes)))
        self.person = self.person | {"fund_number": opened["fund_number"]}
        self.device.token = opened.get("token")
        return opened
