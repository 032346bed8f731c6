"""Lowered limits after a change of phone or card: who took over either could else empty the account at once.

Pure. The hours and the amount are policy (`caution_hours`, `caution_limit_fen`); every change counts from its
own time, and changes that overlap lower the limit once, from the first until the last one's hours are over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common import written
from services.common.catalogue import Catalogue
from services.common.money import yuan

RULE = "网厅安全规则：修改手机号或更换借记卡后限时降低提取额度"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What may have been taken over: `deed_zh` is how its change is named."""

    code: str
    deed_zh: str


CAUSES = Catalogue(
    "causes of caution",
    [Cause(code="phone", deed_zh="修改手机号"), Cause(code="card", deed_zh="更换借记卡")],
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of something that money or codes go by, at a business time, in China's time."""

    cause: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Caution:
    """The lowered limit in force. `drawn_fen` counts what was drawn since the first change."""

    deeds: tuple[str, ...]
    since_at: datetime
    until_at: datetime
    limit_fen: int
    drawn_fen: int = 0

    @property
    def left_fen(self) -> int:
        """What may still be drawn before `until_at`."""
        return max(0, self.limit_fen - self.drawn_fen)

    @property
    def sentence(self) -> str:
        """What the person reads: why, how much, until when."""
        until = written.minute(self.until_at)
        return (
            f"您近期{'、'.join(self.deeds)}，为保障资金安全，{until} 前提取合计最多"
            f" {written.amount(self.limit_fen)}（还可提取 {written.amount(self.left_fen)}）。"
            f"需要更多的，请在 {until} 后办理。"
        )

    @property
    def figures(self) -> Mapping[str, str]:
        """What a refusal compares, and the time from which it passes."""
        return {
            "限额降低期间合计可提": yuan(self.limit_fen),
            "期间已提取": yuan(self.drawn_fen),
            "恢复正常额度时间": written.minute(self.until_at),
        }

    @property
    def passes_on(self) -> date:
        """The day on which the limit is lifted."""
        return self.until_at.date()

    def after(self, drawn_fen: int) -> "Caution":
        """The same with what was drawn meanwhile."""
        return replace(self, drawn_fen=drawn_fen)


def in_force(changes: Iterable[Change], at: datetime, *, hours: int, limit_fen: int) -> Caution | None:
    """The caution that something applied for at `at` falls under; None when no change is that recent."""
    span = timedelta(hours=hours)
    living = sorted((one for one in changes if one.at <= at < one.at + span), key=lambda one: one.at)
    if not living:
        return None
    deeds = dict.fromkeys(CAUSES.get(one.cause).deed_zh for one in living)
    return Caution(
        deeds=tuple(deeds), since_at=living[0].at, until_at=living[-1].at + span, limit_fen=limit_fen
    )
