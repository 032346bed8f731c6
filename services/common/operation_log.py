"""日志查询 (A-20): what was done in a person's name here, from the rows that make each command happen once.

The answers are forgotten and the rows deleted after the days of policy (`operation_answer_days`,
`operation_days`), by the technical clock: a rehearsal's moved clock must not make a kept key forgotten.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
from marshmallow import fields, validate
from sqlalchemy import ColumnElement, and_, delete, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now, business_today, technical_at
from services.common.database import ANSWER, DatabaseAccess, operation_id
from services.common.deeds import DEEDS, KINDS, code_of, codes_of
from services.common.policy import load_policy
from services.common.request import Request
from services.common.sealed import unseal
from services.common.settings import settings
from services.common.shape import Shape
from services.common.tables import Operation, UsedReceipt

MOST = 500
_AT_ONCE = 1000
_END = datetime(9999, 1, 1, tzinfo=UTC)
# Only answers to people hold anything personal; those between services are kept as long as their keys.
_TO_PEOPLE = Operation.op_id.like("gateway|%")


class LogWish(Shape):
    """Which part of the log: days from and to (both included), a kind, and what comes before an entry."""

    from_on = fields.Date(load_default=None, allow_none=True)
    to_on = fields.Date(load_default=None, allow_none=True)
    kind = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([kind.code for kind in KINDS])
    )
    before_at = fields.AwareDateTime(load_default=_END)
    before_entry = fields.Integer(load_default=0, strict=True)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST), strict=True)


def belongs_to(session: Session, request: Request, holder: str, *, session_id: str = "") -> None:
    """Enter the running command into the log of `holder`: for commands of who has no session yet."""
    session.execute(
        update(Operation)
        .where(Operation.op_id == operation_id(request))
        .values(holder=holder, session_id=session_id)
    )


def note(session: Session, holder: str, method: str, name: str) -> None:
    """Enter into the log of `holder` what took effect outside a command of theirs; once for each `name`.

    `method` is a noted deed of the catalogue, `name` the business number it is about.
    """
    row = insert(Operation).values(
        op_id=f"{settings().service}|{method}-{name}",
        method=method,
        digest="",
        holder=holder,
        about=name,
        at=business_now(),
    )
    session.execute(row.on_conflict_do_nothing())


def page_of(session: Session, holder: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """{items, more}: the holder's entries of this service, the newest first."""
    rows = session.execute(
        select(
            Operation.entry,
            Operation.at,
            Operation.method,
            Operation.op_id,
            Operation.about,
            Operation.session_id,
            Operation.answer,
        )
        .where(Operation.holder == holder, *_bounds(wanted))
        .order_by(Operation.at.desc(), Operation.entry.desc())
        .limit(wanted["limit"] + 1)
    ).all()
    return {
        "items": [_shown(row) for row in rows[: wanted["limit"]]],
        "more": len(rows) > wanted["limit"],
    }


def _bounds(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    here = tuple_(Operation.at, Operation.entry)
    bounds = [here < tuple_(wanted["before_at"], wanted["before_entry"])]
    if wanted["from_on"] is not None:
        bounds.append(Operation.at >= _midnight(wanted["from_on"]))
    if wanted["to_on"] is not None and wanted["to_on"] < date.max:
        bounds.append(Operation.at < _midnight(wanted["to_on"] + timedelta(days=1)))
    if wanted["kind"] is not None:
        bounds.append(_code().in_(codes_of(wanted["kind"])))
    return bounds


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _code() -> ColumnElement[str]:
    """`code_of` in SQL."""
    step = func.coalesce(func.substring(Operation.op_id, "/.*$"), "")
    return literal(f"{settings().service}.") + Operation.method + step


def _shown(row: Any) -> dict[str, Any]:
    deed = DEEDS.get(code_of(settings().service, row.method, row.op_id))
    return {
        "entry": row.entry,
        "at": row.at.astimezone(CHINA).isoformat(),
        "kind": deed.kind,
        "kind_label": KINDS.get(deed.kind).title_zh,
        "title": deed.title_zh,
        "refused": deed.refused,
        "number": row.about or None,
        "session_id": row.session_id or None,
        "place": _place(row.answer) if deed.refused else None,
    }


def _place(answer: bytes | None) -> dict[str, str] | None:
    """Device and address of somebody turned away, as long as the answer is kept."""
    if answer is None:
        return None
    kept = orjson.loads(unseal(answer, ANSWER))
    return {"client": str(kept.get("client", "")), "address": str(kept.get("address", ""))}


def forget(database: DatabaseAccess) -> None:
    """Forget old answers and delete rows that nobody may ask for any more, some at a time."""
    while _forget_answers(database) or _delete_rows(database):
        pass


def _forget_answers(database: DatabaseAccess) -> int:
    before = technical_at() - timedelta(days=_days("operation_answer_days"))
    old = select(Operation.op_id).where(Operation.done_at < before, Operation.answer.is_not(None), _TO_PEOPLE)
    chosen = old.order_by(Operation.done_at).limit(_AT_ONCE)
    with database.write() as session:
        gone = update(Operation).where(Operation.op_id.in_(chosen)).values(answer=None)
        return len(session.execute(gone.returning(Operation.op_id)).all())


def _delete_rows(database: DatabaseAccess) -> int:
    """A row whose receipt was used stays: it is the proof of what the code was for."""
    before = technical_at() - timedelta(days=_days("operation_days"))
    proof = select(UsedReceipt.op_id).where(UsedReceipt.op_id == Operation.op_id).exists()
    old = select(Operation.op_id).where(and_(Operation.done_at < before, ~proof)).limit(_AT_ONCE)
    with database.write() as session:
        gone = delete(Operation).where(Operation.op_id.in_(old))
        return len(session.execute(gone.returning(Operation.op_id)).all())


def _days(name: str) -> int:
    return load_policy(settings().city).figure(name).whole(business_today())
