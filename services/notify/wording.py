"""What an SMS text is made of: its words with blanks, and how each blank is read from the facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from string import Formatter
from typing import Any

from services.common import written
from services.common.clock import CHINA

Facts = Mapping[str, Any]
BLANK = "●●●●●●"


def its_depositor(facts: Facts) -> Mapping[str, Facts]:
    """The one depositor whose event it is."""
    return {facts["fund_number"]: facts}


def each_with_an_amount(facts: Facts) -> Mapping[str, Facts]:
    """Every depositor of a batch, with the own amount."""
    amounts = facts["amounts_fen"]
    return {one: {**facts, "fund_number": one, "amount_fen": amounts[one]} for one in amounts}


@dataclass(frozen=True, kw_only=True)
class Template:
    """One text. `parameters` gives, for each name in `text`, how it is read from the facts.

    `item` is what one subscribes to: it goes to the receiving phone of whoever wants it. Without one the text
    is of a code or of security: everybody gets it, on the verified phone. `people` are the depositors of an
    event, each with the facts of the own. `earlier` keeps texts by version.
    """

    code: str
    version: int
    title_zh: str
    text: str
    parameters: Mapping[str, Callable[[Facts], str]]
    item: str | None = None
    people: Callable[[Facts], Mapping[str, Facts]] = its_depositor
    earlier: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.earlier) != set(range(1, self.version)):
            raise ValueError(f"{self.code}: version {self.version} without the texts before it")
        named = {name for _, name, _, _ in Formatter().parse(self.text) if name is not None}
        if named != set(self.parameters):
            raise ValueError(f"{self.code}: the text names {sorted(named)}, not {sorted(self.parameters)}")

    def render(self, facts: Facts, signature: str) -> str:
        """The text with its signature; KeyError when a fact is missing, so that nothing half-said is sent."""
        values = {name: read(facts) for name, read in self.parameters.items()}
        return f"【{signature}】{self.text.format(**values)}"


def reason(facts: Facts) -> str:
    """The title of the withdrawal reason."""
    return str(facts["reason_title"])


def number(facts: Facts) -> str:
    """The number of the bill."""
    return str(facts["number"])


def amount(facts: Facts) -> str:
    """The amount with its unit."""
    return written.amount(facts["amount_fen"])


def account_tail(facts: Facts) -> str:
    """The last four digits of the fund number."""
    return str(facts["fund_number"])[-4:]


def phone_masked(facts: Facts) -> str:
    """A phone, masked already."""
    return str(facts["phone_masked"])


def code_blank(facts: Facts) -> str:
    """The code never stands in a stored text: it is put in its place on the way to the provider."""
    return BLANK


def life(facts: Facts) -> str:
    """How long a code lives, in whole minutes."""
    return str(facts["life_s"] // 60)


def centre(facts: Facts) -> str:
    """The other centre of a transfer."""
    return str(facts["centre_title"])


def months(facts: Facts) -> str:
    """The months a contribution is for: one, or from the first to the last."""
    first, last = (_month(facts["months"][place]) for place in (0, -1))
    return first if first == last else f"{first} 至 {last}"


def _month(text: str) -> str:
    return written.month(date.fromisoformat(f"{text}-01"))


def effective_month(facts: Facts) -> str:
    """The month from which a base is in force."""
    return written.month(date.fromisoformat(str(facts["effective_on"])))


def settlement_day(facts: Facts) -> str:
    """The day on which interest was settled."""
    return written.day(date.fromisoformat(str(facts["settles_on"])))


def at(facts: Facts) -> str:
    """When it happened, to the minute."""
    return written.minute(datetime.fromisoformat(facts["at"]).astimezone(CHINA))


def on_the_way(text: str, code: str | None) -> str:
    """The text as the phone gets it: the code, if there is one, in its place."""
    return text if code is None else text.replace(BLANK, code)
