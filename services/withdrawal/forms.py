"""What the forms ask beyond the common part, which documents they ask for, how money is paid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from services.common.catalogue import Catalogue
from services.common.identifiers import Malformed, narrow, parse_id_number


@dataclass(frozen=True)
class When:
    """A part of a form that applies only where the field `name` has the value `equals`."""

    name: str
    equals: str

    def holds(self, details: Mapping[str, Any]) -> bool:
        """True where it applies."""
        return bool(details.get(self.name) == self.equals)


@dataclass(frozen=True)
class DocumentAsked:
    """A document to sign, in the order of the form; `when` limits it to some answers."""

    code: str
    when: When | None = None

    def applies(self, details: Mapping[str, Any]) -> bool:
        """True where these answers ask for it."""
        return self.when is None or self.when.holds(details)


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """A way to be paid (结算方式); `national_code` is the way's code in JGJ/T 320 A.8."""

    code: str
    title_zh: str
    national_code: str


class Day(fields.Date):
    """A day, however wide it was typed."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        return super()._deserialize(narrow(value) if isinstance(value, str) else value, *rest, **more)


class IdNumber(fields.String):
    """An ID number with a correct check digit; the message never repeats what was typed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return parse_id_number(narrow(text))
        except Malformed as problem:
            raise ValidationError(str(problem)) from None


SETTLEMENTS: Final = Catalogue(
    "settlement methods",
    [Settlement(code="bound_card", title_zh="转账到本人绑定的借记卡", national_code="02")],
)

SINGLE: Final = When("marital_status", "single")
MARRIED: Final = When("marital_status", "married")
COMMITMENT: Final = DocumentAsked("withdrawal_commitment")
AFFIDAVIT_IF_SINGLE: Final = DocumentAsked("single_status_affidavit", when=SINGLE)


def _choice(label: str, options: Mapping[str, str], missing: str) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.OneOf(list(options), error=missing),
        error_messages={"required": missing, "null": missing},
        metadata={"kind": "choice", "label": label, "options": dict(options)},
    )


def _asked(kind: str, label: str, when: When) -> dict[str, Any]:
    return {"kind": kind, "label": label, "when": when}


MINIMUM_LIVING: Final[Mapping[str, fields.Field[Any]]] = {
    "category": _choice(
        "提取类别", {"rent": "支付房租", "property_fee": "支付物业管理费"}, "请选择提取类别。"
    ),
}

RENT: Final[Mapping[str, fields.Field[Any]]] = {
    "marital_status": _choice(
        "婚姻情况", {"single": "单身", "married": "已婚"}, "请先确认婚姻情况，再点下一步。"
    ),
    "spouse_name": fields.String(
        validate=validate.Length(1, 60), metadata=_asked("text", "配偶姓名", MARRIED)
    ),
    "spouse_id_number": IdNumber(metadata=_asked("id_number", "配偶身份证号码", MARRIED)),
    "married_on": Day(metadata=_asked("date", "结婚登记日期", MARRIED)),
}
