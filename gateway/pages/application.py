"""What one withdrawal asks of a person, read from its entry: nothing here knows one reason from another.

Questions and documents that depend on an answer, and the answer itself, come first (W-15 to W-19), the rest
in the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.amounts import plain
from gateway.pages.forms import Form, same_names

DETAIL = "detail-"
DOCUMENT = "document-"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One field of the entry. `when` names another question and the answer that makes this one apply."""

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: list[dict[str, str]] = field(default_factory=list)
    when: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """The name and id of its input."""
        return DETAIL + self.name


@dataclass(frozen=True, kw_only=True)
class Document:
    """A text to read and sign, in the order of the entry."""

    code: str
    title: str
    version: str
    text: str
    when: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """The name and id of its check box."""
        return DOCUMENT + self.code


@dataclass(frozen=True)
class Application:
    """One reason's entry together with what holds for this person today."""

    entry: Mapping[str, Any]

    @property
    def questions(self) -> list[Question]:
        """All fields of the entry."""
        return [_question(described) for described in self.entry.get("fields", [])]

    @property
    def documents(self) -> list[Document]:
        """All documents of the entry."""
        return [_document(described) for described in self.entry.get("documents", [])]

    @property
    def first_questions(self) -> list[Question]:
        """Questions to answer before 下一步: those that something depends on, and those that depend."""
        parts: list[Question | Document] = [*self.questions, *self.documents]
        deciding = {part.when[0] for part in parts if part.when}
        return [question for question in self.questions if question.name in deciding or question.when]

    @property
    def first_parts(self) -> list[Question | Document]:
        """Everything that the first step asks."""
        return [*self.first_questions, *self.documents]

    @property
    def form_questions(self) -> list[Question]:
        """Questions of the form itself, such as the category of a low-income withdrawal (W-13)."""
        first = {question.name for question in self.first_questions}
        return [question for question in self.questions if question.name not in first]

    @property
    def enters_amount(self) -> bool:
        """Whether the person types an amount."""
        return bool(self.entry.get("amount") == "entered")

    @property
    def shows_amount(self) -> bool:
        """Whether the whole is shown and cannot be changed."""
        return bool(self.entry.get("amount") == "whole_shown")

    @property
    def settlements(self) -> list[dict[str, str]]:
        """The settlement methods to choose from; none where the form does not ask (W-20, W-22)."""
        return list(self.entry.get("settlements") or [])

    def applies(self, part: Question | Document, form: Form) -> bool:
        """Whether the answers so far ask for this question or document."""
        return part.when is None or form.value(DETAIL + part.when[0]) == part.when[1]

    def prefilled(self, form: Form) -> Form:
        """The form with the amount that may be drawn, to be lowered by whoever wants less (decision 9)."""
        most = self.entry.get("prefilled")
        if not self.enters_amount or not most or form.value("amount"):
            return form
        return Form({**form.values, "amount": most}, form.problems)

    def depending(self, name: str, answer: str) -> list[Question]:
        """The questions that open under one answer."""
        return [question for question in self.first_questions if question.when == (name, answer)]

    def signing(self, name: str, answer: str) -> list[Document]:
        """The documents that open under one answer."""
        return [document for document in self.documents if document.when == (name, answer)]

    def answers(self, form: Form) -> dict[str, str]:
        """Everything typed or ticked that applies, by input name: what later steps carry along."""
        parts: list[Question | Document] = [*self.questions, *self.documents]
        names = [part.id for part in parts if self.applies(part, form)]
        names += ["amount"] if self.enters_amount else []
        names += ["settlement"] if self.settlements else []
        return {name: form.value(name).strip() for name in (*names, "code") if form.value(name).strip()}

    def earlier_answers(self, form: Form) -> dict[str, str]:
        """What the first step asked, for the form to carry along."""
        first = {part.id for part in self.first_parts}
        return {name: value for name, value in self.answers(form).items() if name in first}

    def later_answers(self, form: Form) -> dict[str, str]:
        """What the form asked, for a return to the first step."""
        earlier = self.earlier_answers(form)
        answers = self.answers(form)
        return {name: answers[name] for name in answers if name not in earlier and name != "code"}

    def amount(self, form: Form) -> str:
        """What was typed as the amount, as the rules read it."""
        return plain(form.value("amount").strip())

    def code_request(self, form: Form) -> dict[str, Any]:
        """What the SMS code is asked for: this reason and this amount (N-08)."""
        amount = {"amount": self.amount(form)} if self.enters_amount else {}
        return {"reason": self.entry["code"]} | amount

    def body(self, form: Form) -> dict[str, Any]:
        """The registration."""
        answers = self.answers(form)
        details = {q.name: answers[q.id] for q in self.questions if q.id in answers}
        signed = [{"code": d.code, "version": answers[d.id]} for d in self.documents if d.id in answers]
        settlement = {"settlement": answers["settlement"]} if "settlement" in answers else {}
        request = self.code_request(form) | settlement | {"details": details, "documents": signed}
        return request | {"code": answers.get("code", "")}

    def inputs(self) -> dict[str, str]:
        """Which input a refusal's pointer leads to."""
        known = {question.name: question.id for question in self.questions}
        known |= {document.code: document.id for document in self.documents}
        return known | same_names("amount", "settlement", "code") | {"amount_fen": "amount"}


def _when(described: Mapping[str, Any]) -> tuple[str, str] | None:
    when = described.get("when")
    return (when["name"], when["equals"]) if when else None


def _question(described: Mapping[str, Any]) -> Question:
    return Question(
        name=described["name"],
        label=described["label"],
        kind=described.get("kind", "text"),
        required=bool(described.get("required", True)) or bool(described.get("when")),
        choices=list(described.get("choices") or []),
        when=_when(described),
    )


def _document(described: Mapping[str, Any]) -> Document:
    words = {name: described[name] for name in ("code", "title", "version", "text")}
    return Document(**words, when=_when(described))
