"""Opening the professional edition online, and the agreements that one has signed."""

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor

PROFESSIONAL_EDITION = "professional_edition"


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
