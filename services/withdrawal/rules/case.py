"""What a rule is given and what it answers: the case, its figures, a finding, a ceiling. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from services.common.policy import Policy
from services.withdrawal.rules.cautions import Caution
from services.withdrawal.rules.evidence import OWN_LEDGER, QUESTIONS

Evidence = Mapping[str, Any]


@dataclass(frozen=True)
class Figures:
    """The policy in force on one day."""

    policy: Policy
    day: date

    def whole(self, name: str) -> int:
        """The whole-number figure `name`; LookupError where none is in force."""
        return self.policy.figure(name).whole(self.day)

    def value(self, name: str) -> Any:
        """The figure `name`, whatever its kind."""
        return self.policy.figure(name).on(self.day)

    def source(self, name: str) -> str:
        """Where the figure comes from."""
        return self.policy.figure(name).source


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A withdrawal before the hall, by its national reason; "" where the books do not tell any."""

    national_reason: str
    on: date
    amount_fen: int

    def is_for(self, national_code: str) -> bool:
        """Whether it counts for a reason of that code: one that is not told may have been any."""
        return self.national_reason in ("", national_code)


@dataclass(frozen=True, kw_only=True)
class Account:
    """What deposit says about the person's account on the day of the case."""

    state: str
    frozen: bool
    balance_fen: int
    available_fen: int
    held_fen: int
    transfer_coming: bool
    contribution_coming: bool
    interest_to_date_fen: int
    continuous_months: int
    has_card: bool
    birth_on: date
    sex: Literal["male", "female"]
    sealed_on: date | None = None
    last_contribution_on: date | None = None
    card_changed_at: datetime | None = None
    drawn_before: tuple[Drawn, ...] = ()

    def last_drawn_on(self, national_code: str) -> date | None:
        """The day of the last withdrawal before the hall that counts for a reason of that code."""
        return max((drawn.on for drawn in self.drawn_before if drawn.is_for(national_code)), default=None)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request to draw, with everything a rule may look at. Missing evidence means: no answer yet.

    `last_on` is the day of the last withdrawal for the same reason, here or before the hall, `pot_used_fen`
    what the couple has drawn on the same loan since then. `caution` is there while a change of phone or
    card lowers the limit.
    """

    on: date
    account: Account
    figures: Figures
    details: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Evidence | None] = field(default_factory=dict)
    last_on: date | None = None
    pot_used_fen: int = 0
    caution: Caution | None = None

    def register(self, key: str) -> Evidence:
        """The answer to the evidence question `key`; only for a condition that names it."""
        answer = self.evidence[key]
        if answer is None:
            raise LookupError(f"{key} has not answered")
        return answer


@dataclass(frozen=True)
class No:
    """Why a condition does not hold: a sentence, the figures compared, the first day on which it would."""

    sentence: str
    figures: Mapping[str, str] = field(default_factory=dict)
    passes_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that must hold. `sources` are the questions it needs answered, `fields` the form's.

    `title_zh` says what must hold and may name a figure in braces; `own_zh` names the own records it is
    also read from. `settled` tells a case in which it holds whatever the sources would say. `only_if`
    names a figure that switches it on.
    """

    code: str
    title_zh: str
    rule: str
    check: Callable[[Case], No | None]
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    settled: Callable[[Case], bool] | None = None
    own_zh: str = ""
    only_if: str = ""

    def title(self, figures: Figures) -> str:
        """What must hold, with the figures in force."""
        return self.title_zh.format_map(_AsTheyAre(figures))

    def applies(self, figures: Figures) -> bool:
        """Whether the figures in force ask for it."""
        return not self.only_if or figures.value(self.only_if) is True

    @property
    def evidence_from(self) -> tuple[str, ...]:
        """Where its evidence comes from, as people call it: own books first, then who keeps the register."""
        asked = tuple(QUESTIONS.get(code).told for code in self.sources)
        return ((self.own_zh,) if self.own_zh else ()) + asked or (OWN_LEDGER,)


class _AsTheyAre(dict[str, str]):
    def __init__(self, figures: Figures) -> None:
        super().__init__()
        self._figures = figures

    def __missing__(self, name: str) -> str:
        return str(self._figures.whole(name))


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A condition that failed, ready to be told."""

    code: str
    rule: str
    sentence: str
    figures: Mapping[str, str]
    passes_on: date | None
    evidence_from: tuple[str, ...]


@dataclass(frozen=True)
class Examination:
    """Every condition that fails, and the evidence questions still open."""

    refusals: tuple[Finding, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True)
class Ceiling:
    """The most that may be drawn now, in fen, and why; shown word for word.

    A passing ceiling also has figures and the day on which it is lifted.
    """

    amount_fen: int
    because: str
    figures: Mapping[str, str] = field(default_factory=dict)
    passes_on: date | None = None


def examine(conditions: tuple[Condition, ...], case: Case) -> Examination:
    """Try every condition whose form answers are given; none hides another."""
    refusals: list[Finding] = []
    waiting: dict[str, None] = {}
    for condition in conditions:
        if not _can_be_tried(condition, case):
            continue
        missing = [source for source in condition.sources if case.evidence.get(source) is None]
        if missing:
            waiting.update(dict.fromkeys(missing))
        elif (no := condition.check(case)) is not None:
            refusals.append(_finding(condition, no))
    return Examination(tuple(refusals), tuple(waiting))


def _can_be_tried(condition: Condition, case: Case) -> bool:
    if not condition.applies(case.figures):
        return False
    if condition.settled is not None and condition.settled(case):
        return False
    return all(case.details.get(name) is not None for name in condition.fields)


def _finding(condition: Condition, no: No) -> Finding:
    return Finding(
        code=condition.code,
        rule=condition.rule,
        sentence=no.sentence,
        figures=no.figures,
        passes_on=no.passes_on,
        evidence_from=condition.evidence_from,
    )
