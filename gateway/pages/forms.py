"""What was typed into a form and what is wrong with it, tied to the input that must change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gateway.problems import InvalidFields
from services.common.errors import Refusal
from services.common.subject import PROFESSIONAL_NEEDED


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to change. `input` is the id of the input; rule, figures and first day are shown below it."""

    sentence: str
    input: str = ""
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
        return next((problem.sentence for problem in self.problems if problem.input == name), "")

    def missing(self, name: str, sentence: str) -> None:
        """Note that `name` was left empty."""
        if not self.value(name).strip():
            self.problems.append(Problem(input=name, sentence=sentence))

    def refuse(self, refusal: Refusal, inputs: Mapping[str, str]) -> None:
        """Note a refusal of the hall; `inputs` leads from the last part of its pointer to an input's id.

        Nothing in the form can mend a missing edition: that refusal goes on, to the page that offers it.
        """
        if refusal.code == PROFESSIONAL_NEEDED:
            raise refusal
        if isinstance(refusal, InvalidFields):
            self.problems += [_problem_at(each["pointer"], each["detail"], inputs) for each in refusal.errors]
            return
        self.problems.append(
            Problem(
                input=_input_of(refusal.pointer, inputs),
                sentence=refusal.sentence,
                rule=refusal.rule,
                figures=refusal.figures,
                passes_on=refusal.passes_on,
            )
        )


def _input_of(pointer: str | None, inputs: Mapping[str, str]) -> str:
    return inputs.get((pointer or "").rstrip("/").rsplit("/", 1)[-1], "")


def _problem_at(pointer: str, sentence: str, inputs: Mapping[str, str]) -> Problem:
    return Problem(input=_input_of(pointer, inputs), sentence=sentence)


def same_names(*names: str) -> dict[str, str]:
    """Inputs that are called as in the body."""
    return {name: name for name in names}
