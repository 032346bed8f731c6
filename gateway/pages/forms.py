"""What was typed into a form and what is wrong with it, tied to the input that must change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.common.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to change. `field` is the id of the input; rule, figures and first day are shown below it."""

    sentence: str
    field: str = ""
    rule: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    passes_on: date | None = None


@dataclass
class Form:
    """The values a person typed, and the problems found with them."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def value(self, name: str) -> str:
        """What was typed into `name`, or nothing."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """The sentence about `name`, or nothing."""
        return next((problem.sentence for problem in self.problems if problem.field == name), "")

    def missing(self, name: str, sentence: str) -> None:
        """Note that `name` was left empty."""
        if not self.value(name).strip():
            self.problems.append(Problem(field=name, sentence=sentence))

    def refuse(self, refusal: Refusal, inputs: Mapping[str, str]) -> None:
        """Note a refusal of the hall; `inputs` leads from the last part of its pointer to an input's id."""
        part = (refusal.pointer or "").rstrip("/").rsplit("/", 1)[-1]
        self.problems.append(
            Problem(
                field=inputs.get(part, ""),
                sentence=refusal.sentence,
                rule=refusal.rule,
                figures=refusal.figures,
                passes_on=refusal.passes_on,
            )
        )


def same_names(*names: str) -> dict[str, str]:
    """Inputs that are called as in the body."""
    return {name: name for name in names}
