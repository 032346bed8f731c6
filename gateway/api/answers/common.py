"""What the answers of the API are made of: members that clients may rely on; services may add more."""

from marshmallow import INCLUDE, Schema, fields

from gateway.amounts import AMOUNT_PATTERN


class Answer(Schema):
    """An object with at least these members."""

    class Meta:
        """More members may follow in later versions."""

        unknown = INCLUDE


class Yuan(fields.String):
    """An amount of money in yuan with two decimals, as text."""

    def __init__(self, **options: object) -> None:
        super().__init__(metadata={"pattern": AMOUNT_PATTERN.replace("^", "^-?", 1)}, **options)  # type: ignore[arg-type]


class Moment(fields.String):
    """A moment in China's time with its offset, such as ``2026-11-22T14:03:05+08:00``."""

    def __init__(self, **options: object) -> None:
        described = {"format": "date-time", "pattern": r"\+08:00$"}
        super().__init__(metadata=described, **options)  # type: ignore[arg-type]


class LineAnswer(Answer):
    """One line of a list."""


class PageAnswer(Answer):
    """One page of a list; `next_cursor` is null on the last."""

    items = fields.List(fields.Nested(LineAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ListAnswer(Answer):
    """A whole list."""

    items = fields.List(fields.Nested(LineAnswer), required=True)


class CodeAnswer(Answer):
    """A code was sent, or would have been."""

    sent = fields.Boolean(required=True)
    expires_at = Moment(required=True)
    next_at = Moment(required=True)


class TokenAnswer(Answer):
    """A session and its bearer token."""

    token = fields.String(required=True)
    expires_at = Moment(required=True)


class OperationAnswer(Answer):
    """What became of a write."""

    op_id = fields.String(required=True)
    state = fields.String(required=True)
    answer = fields.Dict(allow_none=True)
