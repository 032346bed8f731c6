"""Shapes of what crosses the boundary. A reason's own answers are shaped by its catalogue entry."""

import json
from collections.abc import Mapping
from typing import Any, cast

from marshmallow import fields, validate

from services.common.errors import Invalid
from services.common.shape import Shape, loaded
from services.withdrawal.documents import DOCUMENTS
from services.withdrawal.forms import SETTLEMENTS, DocumentAsked
from services.withdrawal.reasons import Reason

PAGE_MOST = 100
_CODE = validate.Regexp(r"[a-z_]{1,40}\Z")
_BILL = validate.Regexp(r"W[0-9]{14,20}\Z")


class ReasonNamed(Shape):
    """A reason, and the form's answers as far as they are given."""

    reason = fields.String(required=True, validate=_CODE)
    details = fields.Dict(keys=fields.String(), load_default=dict)


class Signature(Shape):
    """A document the person has accepted, in the version that was shown."""

    code = fields.String(required=True, validate=_CODE)
    version = fields.String(required=True, validate=validate.Length(1, 20))


class Registration(Shape):
    """A request to draw (申请登记)."""

    reason = fields.String(required=True, validate=_CODE)
    amount_fen = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(-(10**13), 10**13)
    )
    settlement = fields.String(load_default=None, allow_none=True, validate=_CODE)
    details = fields.Dict(keys=fields.String(), load_default=dict)
    documents = fields.List(fields.Nested(Signature), load_default=list, validate=validate.Length(max=10))
    receipt = fields.String(required=True, validate=validate.Length(1, 2000))


class BillNamed(Shape):
    """One bill by its number."""

    number = fields.String(required=True, validate=_BILL)


class Range(Shape):
    """A date range and a page of it; no dates mean all own withdrawals (W-02)."""

    from_on = fields.Date(load_default=None, allow_none=True)
    to_on = fields.Date(load_default=None, allow_none=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=_BILL)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, PAGE_MOST), strict=True)


def details_of(reason: Reason, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers, checked; raises Invalid with a pointer below /details.

    A field with a `when` is asked for exactly where it applies.
    """
    try:
        answers = loaded(_shape_of(reason), values)
    except Invalid as problem:
        raise Invalid(problem.code, problem.sentence, pointer=f"/details{problem.pointer or ''}") from None
    for name, asked in reason.details.items():
        _check_applies(name, asked, answers)
    return answers


def _shape_of(reason: Reason) -> type[Shape]:
    return cast(type[Shape], Shape.from_dict(dict(reason.details)))


def _check_applies(name: str, asked: fields.Field[Any], answers: Mapping[str, Any]) -> None:
    when, label = asked.metadata.get("when"), asked.metadata["label"]
    if when is None:
        return
    if when.holds(answers) and answers.get(name) is None:
        raise Invalid("answer_missing", f"请填写{label}。", pointer=f"/details/{name}")
    if not when.holds(answers) and answers.get(name) is not None:
        raise Invalid("answer_not_asked", f"当前选择下不需要填写{label}。", pointer=f"/details/{name}")


def details_text(reason: Reason, answers: Mapping[str, Any]) -> str:
    """The answers as text, to be sealed."""
    return json.dumps(_shape_of(reason)().dump(answers), ensure_ascii=False)


def details_from(reason: Reason, stored: str) -> dict[str, Any]:
    """The answers that `details_text` wrote."""
    return loaded(_shape_of(reason), json.loads(stored))


def check_documents(
    asked: tuple[DocumentAsked, ...], answers: Mapping[str, Any], signed: list[dict[str, str]]
) -> None:
    """Every document these answers ask for is accepted in its present version, and no other one."""
    given = {one["code"]: one["version"] for one in signed}
    wanted = [one.code for one in asked if one.applies(answers)]
    for code in wanted:
        document = DOCUMENTS.get(code)
        if code not in given:
            raise Invalid(
                "document_not_signed",
                f"请先阅读并签署《{document.title_zh}》。",
                pointer=f"/documents/{code}",
            )
        if given[code] != document.agreement.version:
            raise Invalid(
                "document_outdated",
                f"《{document.title_zh}》已更新，请重新签署。",
                pointer=f"/documents/{code}",
            )
    if len(signed) != len(wanted) or set(given) != set(wanted):
        raise Invalid("document_not_asked", "签署了本业务不需要的文书。", pointer="/documents")


def settlement_of(reason: Reason, chosen: str | None) -> str:
    """The way to be paid (结算方式): chosen where the form asks for it, else the only one."""
    default = next(iter(SETTLEMENTS)).code
    if not reason.asks_settlement:
        if chosen is not None:
            raise Invalid("settlement_not_asked", "本业务不需要选择结算方式。", pointer="/settlement")
        return default
    if chosen is None:
        raise Invalid("settlement_missing", "请选择结算方式。", pointer="/settlement")
    if chosen not in SETTLEMENTS:
        raise Invalid("settlement_unknown", "没有这种结算方式，请重新选择。", pointer="/settlement")
    return chosen
