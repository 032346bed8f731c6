"""What no person types reaches no service as an error: in addresses, forms and cookies of a running hall."""

import re

import pytest
import requests

from ops.demo.device import any_address, new_key
from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.halls import JourneyHall

LIMIT_S = 30
PLACES = [
    "/phone/changes/%00", "/operations/auth-%00", "/operations/auth-x?asked=" + "9" * 400,
    "/withdrawals/%00", "/statements/" + "x" * 5000, "/agreements/%ED%A0%80",
    "/staff/members/%00", "/staff/members/%00/reset", "/staff/counter/%00",
]  # fmt: skip
FORMS = [
    ("/staff/counter-openings/%00/check", {"verdict": "approve"}),
    ("/staff/counter-changes/%00/check", {"verdict": "approve"}),
    ("/staff/sessions/end", {"session_id": "\0"}),
    ("/sessions/end", {"session_id": "a\0b"}),
    (
        "/login/professional",
        {"login_name": "a\0b", "password": "\0", "captcha_id": "\0", "captcha_answer": "7"},
    ),
    ("/first-visit", {"fund_number": "\0" * 12, "captcha_id": "\0", "captcha_answer": "\0"}),
    ("/verification", {"code": "\0" * 16, "tail": "1234"}),
]


class Browser:
    """A browser of one person, or of nobody."""

    def __init__(self, hall: JourneyHall, token: str | None = None) -> None:
        self._url = hall.url
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Forwarded-For"] = any_address()
        if token is not None:
            self._http.cookies.set("session", token)

    def open(self, path: str, cookie: str = "") -> requests.Response:
        """Open a page, with one more cookie as it stands in the header."""
        headers = {"Cookie": cookie} if cookie else {}
        return self._http.get(self._url + path, headers=headers, timeout=LIMIT_S)

    def send(self, path: str, fields: dict[str, str]) -> requests.Response:
        """Send a form with the proof that a page of ours carries."""
        pages = [self.open(page).text for page in ("/", "/login/normal")]
        proofs = [
            found[1] for page in pages if (found := re.search(r'name="csrf_token" value="([^"]+)"', page))
        ]
        body = fields | {"csrf_token": proofs[0], "key": new_key()}
        return self._http.post(self._url + path, data=body, allow_redirects=False, timeout=LIMIT_S)


@pytest.mark.parametrize("who", ["", "citizen", "clerk", "reviewer", "administrator"])
def test_rubbish_is_refused_or_not_found(hall: JourneyHall, who: str) -> None:
    token = None
    if who:
        device = hall.somebody(DEPOSITING).device if who == "citizen" else hall.staff(who)
        token = device.token
    browser = Browser(hall, token)
    answers = [browser.open(path) for path in PLACES] + [browser.send(*form) for form in FORMS]
    assert [(one.status_code, one.url[:90]) for one in answers if one.status_code >= 500] == []


@pytest.mark.parametrize("name", ["applicant", "opening", "first_visit"])
@pytest.mark.parametrize("path", ["/freelancer-opening/state", "/opening/face", "/first-visit/code"])
def test_a_cookie_that_nobody_gave_is_none(hall: JourneyHall, name: str, path: str) -> None:
    assert Browser(hall).open(path, f'{name}="a\\000b"').status_code < 500
