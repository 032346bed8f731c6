"""Whether a paper is genuine: for whoever holds it, by its code and some digits, and so often."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from services.common.addresses import counted_address
from services.common.clock import business_now
from services.common.database import DatabaseAccess
from services.common.errors import NotFound, Refusal, TooMany
from services.common.papers.models import AttemptColumns
from services.common.papers.wording import TAIL, Shown, figure, words_of
from services.common.sealed import blind_index
from services.common.shape import Shape

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class Verification(Shape):
    """The code on a paper with the last digits of its fund number, and the address that asks."""

    code = fields.String(
        required=True, validate=validate.Regexp(r"[0-9A-Z]{16}\Z", error="核验码应为16位数字或字母")
    )
    tail = fields.String(
        required=True, validate=validate.Regexp(r"[0-9]{4}\Z", error="应为职工编号后4位数字")
    )
    address = fields.String(required=True, validate=validate.Length(min=1, max=60))


@dataclass(frozen=True, kw_only=True)
class PaperKind:
    """One kind of paper that a service keeps: its table, and what a stranger is told of one."""

    name: str
    table: type[Any]
    told: Callable[[Shown], Shown]


class Verifying:
    """The verification of a service's papers; its attempts are counted in a table of its own."""

    def __init__(self, attempts: type[AttemptColumns], *kinds: PaperKind) -> None:
        self._attempts = attempts
        self._kinds: Sequence[PaperKind] = kinds

    def verify(self, database: DatabaseAccess, wanted: Shown) -> Shown:
        """What a genuine paper says, to be compared. `wanted` is a loaded `Verification`.

        Every question counts for its address, right or wrong, and wrong digits for the paper besides: there
        are only ten thousand of them. Raises TooMany; NotFound for a wrong pair.
        """
        with database.write() as session:
            self._count(session, blind_index(f"verification|{counted_address(wanted['address'])}"))
            told = self._told(session, wanted)
        # Raised here, so that what was counted stays counted.
        if isinstance(told, Refusal):
            raise told
        return told

    def forget(self, database: DatabaseAccess) -> None:
        """Drop the attempts that no limit looks back to."""
        with database.write() as session:
            session.execute(delete(self._attempts).where(self._attempts.at < business_now() - _DAY))

    def _told(self, session: Session, wanted: Shown) -> Shown | Refusal:
        for kind in self._kinds:
            paper = session.scalar(select(kind.table).where(kind.table.code == wanted["code"]))
            if paper is not None:
                return self._compared(session, kind, paper, wanted["tail"])
        return _not_verified()

    def _compared(self, session: Session, kind: PaperKind, paper: Any, tail: str) -> Shown | Refusal:
        index = blind_index(f"wrong digits|{paper.code}")
        wait_s = self._wait_s(session, index, _DAY, figure("wrong_digits_per_paper_day"))
        if wait_s:
            # Right digits are refused, too: else the refusal would tell which ones are wrong.
            return _too_many_wrong(wait_s)
        if not hmac.compare_digest(paper.fund_number[-TAIL:], tail):
            self._note(session, index)
            return _not_verified()
        said = words_of(paper)
        return kind.told(said) | {"kind": kind.name, "digest": said["digest"]}

    def _count(self, session: Session, index: bytes) -> None:
        wait_s = self._wait_s(session, index, _HOUR, figure("verifications_per_address_hour"))
        if wait_s:
            raise _too_many(wait_s)
        self._note(session, index)

    def _wait_s(self, session: Session, index: bytes, span: timedelta, most: int) -> int:
        """Seconds until one of the last `most` attempts is older than `span`; 0 when there are fewer."""
        attempts, now = self._attempts, business_now()
        # Two questions about the same wait for each other here, so that neither is overlooked.
        session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(index[:8], signed=True))))
        recent = select(attempts.at).where(attempts.address_index == index, attempts.at > now - span)
        made = session.scalars(recent.order_by(attempts.at)).all()
        return max(1, int((made[-most] + span - now).total_seconds())) if len(made) >= most else 0

    def _note(self, session: Session, index: bytes) -> None:
        session.execute(insert(self._attempts).values(address_index=index, at=business_now()))


def _not_verified() -> NotFound:
    """Code and digits do not belong together, or there is no such code: which of the two is not told."""
    return NotFound(
        "paper_not_verified",
        "没有查到与该核验码和职工编号后4位相符的对账单或回单，请核对后重试；仍不相符的，请勿采信。",
    )


def _too_many(wait_s: int) -> TooMany:
    """The address has asked often enough for an hour."""
    return TooMany("verifications_by_address", "核验过于频繁，请稍后再试。", retry_after_s=wait_s)


def _too_many_wrong(wait_s: int) -> TooMany:
    """The paper was asked for with wrong digits too often for a day."""
    return TooMany("verifications_by_code", "该单证的核验错误次数过多，请稍后再试。", retry_after_s=wait_s)
