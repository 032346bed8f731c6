"""Opening the professional edition online, and the agreements that one has signed."""

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.request import digest_of

PROFESSIONAL_EDITION = "professional_edition"
EDITION_OPENING = "edition_opening"


class OpeningUses(Desk):
    """Uses that auth answers; the provider who verifies the face is auth's business."""

    def agreement(self, visitor: Visitor, code: str) -> Shape:
        """The text to be accepted now: {code, version, title, text, digest}. Anonymous."""
        return self._ask(visitor, "auth", "agreement", code=code)

    def agreements(self, visitor: Visitor) -> Shape:
        """What one has signed (A-19): {items: [{number, title, version, way, for, signed_at}]}."""
        return self._ask(visitor, "auth", "agreements")

    def signed_agreement(self, visitor: Visitor, number: str) -> Shape:
        """One of them with its text as it was signed, digest and address."""
        return self._ask(visitor, "auth", "signed_agreement", number=number)

    def begin_edition_opening(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Accept the agreement (A-07). body: {consent: {code, version, digest}}.

        Returns {opening_id, expires_at, password_hint}; 409 with the new text when it changed meanwhile.
        """
        return self._opening(visitor, "begin_opening", key, body | {"address": visitor.address}, body)

    def submit_opening(self, visitor: Visitor, key: str, opening_id: str, body: Shape) -> Shape:
        """Say who one is, and choose a password (A-08). body: {name, id_number, password}.

        Returns {state, label, page_url, reason, sentence, expires_at}, alike for everybody.
        """
        return self._opening(visitor, "submit_opening", key, body | {"opening_id": opening_id})

    def opening(self, visitor: Visitor, opening_id: str) -> Shape:
        """How far it is: {state, label, page_url, reason, sentence, expires_at}."""
        return self._ask(visitor, "auth", "opening", opening_id=opening_id)

    def check_opening(self, visitor: Visitor, key: str, opening_id: str) -> Shape:
        """Have the provider asked now; returns as `opening`."""
        return self._opening(visitor, "check_opening", key, {"opening_id": opening_id})

    def bring_back_opening(self, visitor: Visitor, key: str, opening_id: str, body: Shape) -> Shape:
        """Hand over what the provider gave to this browser after the face passed. body: {return_code}.

        Returns as `opening`; 409 for a code of another opening, and for one that was brought before.
        """
        return self._opening(visitor, "bring_back_opening", key, body | {"opening_id": opening_id})

    def issue_edition_code(self, visitor: Visitor, key: str, opening_id: str) -> Shape:
        """Send a code to the registered phone of whose face has passed: {sent, expires_at, next_at}."""
        arguments = _code_for(opening_id) | {"address": visitor.address}
        same = {"opening_id": opening_id}
        return self._order(
            visitor, Command(service="notify", method="issue_code", key=key, arguments=arguments, same=same)
        )

    def confirm_opening(self, visitor: Visitor, key: str, opening_id: str, body: Shape) -> Shape:
        """Confirm with that code instead. body: {code}. Returns as `opening`."""
        same = body | {"opening_id": opening_id}
        checked = self._prove_code(visitor, key, _code_for(opening_id) | {"code": body["code"]}, same)
        proven = {"opening_id": opening_id, "receipt": checked["receipt"]}
        return self._opening(visitor, "confirm_opening", key, proven, same)

    def enter_opening(self, visitor: Visitor, key: str, opening_id: str) -> Shape:
        """Be logged in after the opening, once; returns as `log_in`."""
        same = {"opening_id": opening_id}
        here = {"address": visitor.address, "client": visitor.client}
        return self._opening(visitor, "enter_opening", key, same | here, same)

    def _opening(
        self, visitor: Visitor, method: str, key: str, arguments: Shape, same: Shape | None = None
    ) -> Shape:
        command = Command(service="auth", method=method, key=key, arguments=arguments, same=same)
        return self._order(visitor, command)


def _code_for(opening_id: str) -> Shape:
    """notify knows the opening by a hash of what only the browser holds."""
    handle = digest_of({"opening_id": opening_id})
    return {"purpose": EDITION_OPENING, "digest": digest_of({"opening": handle}), "opening": handle}
