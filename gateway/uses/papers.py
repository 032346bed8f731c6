"""Slips (业务回单) on bills, and the verification of papers by whoever holds one."""

import re

from gateway.calls import Command, Missing, Outstanding, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound

_NUMBER = re.compile(r"[A-Z][0-9]{14,20}")
BOOKS = {"W": "withdrawal", "C": "deposit", "T": "deposit", "F": "deposit"}
"""Which service keeps a bill, by the first letter of its number."""

KEEPERS = ("deposit", "withdrawal")
"""The services whose papers can be verified; a code does not say which of them has made it."""


class PaperUses(Desk):
    """Uses around slips and the verification of slips and statements."""

    def slip(self, visitor: Visitor, number: str) -> Shape:
        """The slip on an own bill (withdrawal, contribution, inbound transfer, refund) by the bill's number.

        It is frozen when first asked for, so asking again is always safe: without an answer in time it is
        Missing. NotFound for another's bill; a bill that is not booked yet is refused with where it stands.
        """
        service = BOOKS.get(number[:1])
        if service is None or not _NUMBER.fullmatch(number):
            raise NotFound("bill_unknown", "没有查到该单据。")
        command = Command(
            service=service, method="make_slip", key=f"slip-{number}", arguments={"number": number}
        )
        try:
            return self._order(visitor, command)
        except Outstanding:
            raise Missing(service) from None

    def verify_paper(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Whether a statement or slip is genuine; for anybody. body: {code, tail}.

        Returns what it says of itself, the person masked, with `kind`. A paper is told to be none of the
        hall's only when every service that makes papers has said so.
        """
        refused: NotFound | None = None
        missing: Missing | None = None
        for service in KEEPERS:
            try:
                return self._verified(visitor, key, body, service)
            except NotFound as unknown:
                refused = unknown
            except Outstanding:
                missing = Missing(service)
            except Missing as absence:
                missing = absence
        raise missing or refused or NotFound("paper_not_verified", "没有查到该单证。")

    def _verified(self, visitor: Visitor, key: str, body: Shape, service: str) -> Shape:
        arguments = body | {"address": visitor.address}
        return self._order(
            visitor,
            Command(service=service, method="verify_paper", key=key, arguments=arguments, same=body),
        )
