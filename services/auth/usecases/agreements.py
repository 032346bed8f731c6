"""协议管理 (A-19): everything a person has signed, in whatever service, with the text as it was signed."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import HeardAgreement, Person
from services.auth.usecases.editions import AGREEMENT
from services.common.agreements import (
    AT_COUNTER,
    AgreementText,
    SignedAgreement,
    current,
    keep_text,
    load_agreements,
)
from services.common.clock import CHINA
from services.common.database import Answer, DatabaseAccess
from services.common.errors import NotFound
from services.common.inbox import Event
from services.common.logs import get_logger
from services.common.request import Request
from services.common.settings import settings

log = get_logger(__name__)

Row = SignedAgreement | HeardAgreement
WAYS = {"online": "网上签订", "counter": "柜台签订"}
# The paper of the time before the hall: the books tell the day, the original lies at the office.
PAPER = "paper"


def text(code: str) -> Answer:
    """The agreement as it is shown to be accepted: {code, version, title, text, digest}; NotFound."""
    return dict(current(code).shown())


def hear(session: Session, event: Event) -> None:
    """Note what was signed in another service, and keep its text while its version is at hand."""
    if event.producer == settings().service:
        return
    told = event.payload
    row = {name: told[name] for name in ("number", "fund_number", "code", "version", "digest", "way")}
    row |= {"producer": event.producer, "signed_for": told["for"]}
    row |= {"signed_at": datetime.fromisoformat(told["at"])}
    session.execute(insert(HeardAgreement).values(row).on_conflict_do_nothing())
    _keep(session, told)


def _keep(session: Session, told: dict[str, Any]) -> None:
    try:
        agreement = load_agreements(settings().city).version(told["code"], told["version"])
    except NotFound:
        log.error("signed agreement is not at hand", agreement=told["code"], version=told["version"])
        return
    if agreement.digest == told["digest"]:
        keep_text(session, agreement)


def own(database: DatabaseAccess, request: Request) -> Answer:
    """What the person has signed, the latest first: items of number, title, version, way, for, signed_at."""
    fund_number = request.person.id
    with database.read() as session:
        rows = [
            row for kind in (SignedAgreement, HeardAgreement) for row in _rows(session, kind, fund_number)
        ]
        titles = _titles(session, {row.digest for row in rows})
        items = [_line(row, titles) for row in rows]
        items += _on_paper(session.get_one(Person, fund_number), rows)
    return {"items": sorted(items, key=lambda item: str(item["signed_at"]), reverse=True)}


def _rows(session: Session, kind: type[Row], fund_number: str) -> list[Row]:
    return list(session.scalars(select(kind).where(kind.fund_number == fund_number)))


def _titles(session: Session, digests: set[str]) -> dict[str, str]:
    kept = select(AgreementText.digest, AgreementText.title).where(AgreementText.digest.in_(digests))
    return {digest: title for digest, title in session.execute(kept)}


def _line(row: Row, titles: dict[str, str]) -> Answer:
    return {
        "number": row.number,
        "code": row.code,
        "title": titles.get(row.digest, row.code),
        "version": row.version,
        "way": WAYS.get(row.way, row.way),
        "for": row.signed_for,
        "signed_at": row.signed_at.astimezone(CHINA).isoformat(),
    }


def _on_paper(person: Person, rows: list[Row]) -> list[Answer]:
    """The agreement of an edition that was open when the person came from the centre's older books."""
    since = person.professional_since_on
    if since is None or since >= person.registered_on or any(row.code == AGREEMENT for row in rows):
        return []
    return [
        {
            "number": None,
            "code": AGREEMENT,
            "title": current(AGREEMENT).title_zh,
            "version": PAPER,
            "way": WAYS[AT_COUNTER],
            "for": "",
            "signed_at": _midnight(since),
        }
    ]


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), CHINA).isoformat()


def one(database: DatabaseAccess, request: Request, number: str) -> Answer:
    """One own agreement with its text, digest and, where auth itself took it, the address it came from."""
    with database.read() as session:
        row = _one(session, request.person.id, number)
        kept = session.get(AgreementText, row.digest)
        line = _line(row, {kept.digest: kept.title} if kept else {})
    address = row.address if isinstance(row, SignedAgreement) else None
    return line | {"text": kept.text if kept else None, "digest": row.digest, "address": address}


def _one(session: Session, fund_number: str, number: str) -> Row:
    for kind in (SignedAgreement, HeardAgreement):
        for row in _rows(session, kind, fund_number):
            if row.number == number:
                return row
    raise NotFound("no_such_agreement", "没有查到这份协议。")
