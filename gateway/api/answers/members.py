"""What a member of an answer is, and what it means: for the document alone, nothing is sent by these.

Each takes its meaning first. `null` says that it may be null, `always=False` that it may be left out, `name`
what it is called where that is no name here.
"""

from collections.abc import Iterable
from typing import Any

from marshmallow import RAISE, Schema, fields

_AMOUNT = r"^-?(0|[1-9][0-9]*)\.[0-9]{2}$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MONTH = r"^[0-9]{4}-[0-9]{2}$"
# As Python writes them: a moment on the full second has no fraction, every other has all of it.
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+08:00$"


class Answer(Schema):
    """An object with just these members; later versions of the hall may add some."""

    class Meta:
        """What is sent and not declared here is undocumented: journeys fail on it."""

        unknown = RAISE


def _told(meaning: str, *, null: bool, always: bool, **more: Any) -> dict[str, Any]:
    return {"required": always, "allow_none": null, "metadata": {"description": meaning, **more}}


class Text(fields.String):
    """A text."""

    def __init__(
        self,
        meaning: str,
        *,
        null: bool = False,
        always: bool = True,
        name: str | None = None,
        pattern: str | None = None,
    ) -> None:
        more = {"pattern": pattern} if pattern else {}
        super().__init__(data_key=name, **_told(meaning, null=null, always=always, **more))


class Digest(Text):
    """SHA-256 over what is named, in hex."""

    def __init__(self, over: str, *, null: bool = False) -> None:
        super().__init__(f"SHA-256 over {over}, in hex.", null=null, pattern="^[0-9a-f]{64}$")


class PaperCode(Text):
    """The code that verifies a paper."""

    def __init__(self) -> None:
        super().__init__("The code that verifies it.", pattern="^[0-9A-Z]{16}$")


class Code(fields.String):
    """One of a closed set of codes; None among them only where `null` is said."""

    def __init__(
        self, meaning: str, codes: Iterable[str], *, null: bool = False, always: bool = True
    ) -> None:
        known = [*codes, *([None] if null else [])]
        super().__init__(**_told(meaning, null=null, always=always, enum=known))


class Yuan(fields.String):
    """An amount of money in yuan with two decimals, as text, without thousands separators."""

    def __init__(
        self, meaning: str, *, null: bool = False, always: bool = True, name: str | None = None
    ) -> None:
        told = f"{meaning} In yuan, such as 8400.00."
        super().__init__(data_key=name, **_told(told, null=null, always=always, pattern=_AMOUNT))


class Moment(fields.String):
    """A moment in China's time with its offset, such as ``2026-11-22T14:03:05.123456+08:00``."""

    def __init__(self, meaning: str, *, null: bool = False, always: bool = True) -> None:
        super().__init__(**_told(meaning, null=null, always=always, format="date-time", pattern=_MOMENT))


class Day(fields.String):
    """A day, such as ``2026-11-22``."""

    def __init__(self, meaning: str, *, null: bool = False, always: bool = True) -> None:
        super().__init__(**_told(meaning, null=null, always=always, format="date", pattern=_DAY))


class Month(fields.String):
    """A month, such as ``2026-11``."""

    def __init__(self, meaning: str, *, null: bool = False, always: bool = True) -> None:
        super().__init__(**_told(meaning, null=null, always=always, pattern=_MONTH))


class Whole(fields.Integer):
    """A whole number; the meaning says of what."""

    def __init__(self, meaning: str, *, null: bool = False, always: bool = True) -> None:
        super().__init__(**_told(meaning, null=null, always=always))


class Truth(fields.Boolean):
    """Yes or no."""

    def __init__(self, meaning: str, *, always: bool = True, name: str | None = None) -> None:
        super().__init__(data_key=name, **_told(meaning, null=False, always=always))


class Part(fields.Nested):
    """An object of its own."""

    def __init__(
        self, meaning: str, answer: type[Schema], *, null: bool = False, always: bool = True
    ) -> None:
        super().__init__(answer, **_told(meaning, null=null, always=always))


class Parts(fields.List[Any]):
    """A list of objects; empty rather than null."""

    def __init__(
        self, meaning: str, answer: type[Schema], *, always: bool = True, name: str | None = None
    ) -> None:
        super().__init__(fields.Nested(answer), data_key=name, **_told(meaning, null=False, always=always))


class Several(fields.List[str]):
    """A list of texts, or of one of a closed set of `codes` each; empty rather than null."""

    def __init__(self, meaning: str, codes: Iterable[str] = (), *, always: bool = True) -> None:
        known = {"enum": list(codes)} if codes else {}
        super().__init__(fields.String(metadata=known), **_told(meaning, null=False, always=always))


class Months(fields.List[str]):
    """A list of months, each such as ``2026-11``, oldest first."""

    def __init__(self, meaning: str) -> None:
        member = fields.String(metadata={"pattern": _MONTH})
        super().__init__(member, **_told(meaning, null=False, always=True))


class Figures(fields.Dict):
    """Texts by name. The names are for people, mostly in Chinese; which there are, the rule says."""

    def __init__(self, meaning: str, *, always: bool = True) -> None:
        super().__init__(
            keys=fields.String(),
            values=fields.String(),
            **_told(meaning, null=False, always=always),
        )
