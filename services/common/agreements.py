"""Agreements: texts that a person accepts, each version word for word, and who accepted which one when.

The texts are `policy/<city>/agreements/<code>/<version>.md`: a head with title, first day and source, then
the text. A version that was in force is never edited: a changed word is a new file. A signature names the
version and the digest of what was shown, and the text itself is kept beside it.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar

import yaml
from marshmallow import fields, validate
from sqlalchemy import DateTime, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import Session as DatabaseSession

from services.common.clock import business_now, business_today
from services.common.errors import NotFound, Refusal
from services.common.outbox import announce
from services.common.policy import FOLDER
from services.common.request import digest_of
from services.common.sealed import Sealed
from services.common.settings import settings
from services.common.shape import Shape

ONLINE, AT_COUNTER = "online", "counter"
_HEAD = "---\n"


class AgreementTables(DeclarativeBase):
    """Base of the two tables of signatures; every service has them in its own database."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class AgreementText(AgreementTables):
    """A text that somebody signed, as it was shown. Append only."""

    __tablename__ = "agreement_texts"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)


class SignedAgreement(AgreementTables):
    """That a person accepted a version of an agreement, once for each thing it was for. Append only."""

    __tablename__ = "signed_agreements"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    fund_number: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(ForeignKey("agreement_texts.digest"))
    way: Mapped[str] = mapped_column(String(20))
    signed_for: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(Sealed("signed_agreements.address"))
    signed_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("fund_number", "code", "version", "signed_for", name="agreement_signed_once"),
    )


APPEND_ONLY = ("agreement_texts", "signed_agreements")


class Consent(Shape):
    """What somebody accepted: the version and the digest of the text as it was shown."""

    code = fields.String(required=True, validate=validate.Regexp(r"[a-z_]{1,40}\Z"))
    version = fields.String(required=True, validate=validate.Length(min=1, max=20))
    digest = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))


@dataclass(frozen=True)
class Agreement:
    """One version of an agreement, in force from `since` until the next one is."""

    code: str
    version: str
    title_zh: str
    text_zh: str
    source: str
    since: date

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 over code, version, title and text."""
        return digest_of([self.code, self.version, self.title_zh, self.text_zh])

    def shown(self) -> dict[str, str]:
        """What a page shows, and what a consent to it must repeat: code, version and digest."""
        return {
            "code": self.code,
            "version": self.version,
            "title": self.title_zh,
            "text": self.text_zh,
            "digest": self.digest,
        }


class Agreements:
    """All versions of all agreements of one city."""

    def __init__(self, versions: list[Agreement]) -> None:
        self._versions = sorted(versions, key=lambda one: (one.code, one.since))

    def __iter__(self) -> Iterator[Agreement]:
        return iter(self._versions)

    def on(self, code: str, day: date) -> Agreement:
        """The version in force on `day`; NotFound where there is none."""
        found = [one for one in self._versions if one.code == code and one.since <= day]
        if not found:
            raise NotFound("no_such_agreement", "没有这份协议。")
        return found[-1]

    def version(self, code: str, version: str) -> Agreement:
        """One version, whether in force or not; NotFound where there is none."""
        for one in self._versions:
            if (one.code, one.version) == (code, version):
                return one
        raise NotFound("no_such_agreement", "没有这份协议。")


@cache
def load_agreements(city: str, folder: Path = FOLDER) -> Agreements:
    """Every text in `policy/<city>/agreements`; ValueError for one without a head, or two of one day."""
    versions = [_read(place) for place in sorted((folder / city / "agreements").glob("*/*.md"))]
    if len({(one.code, one.since) for one in versions}) < len(versions):
        raise ValueError(f"policy/{city}/agreements: two versions of one agreement begin on the same day")
    return Agreements(versions)


def _read(place: Path) -> Agreement:
    before, _, rest = place.read_text(encoding="utf-8").partition(_HEAD)
    head, found, text = rest.partition(_HEAD)
    if before or not found or not text.strip():
        raise ValueError(f"{place.parent.name}/{place.name}: no head, or no text")
    told = yaml.safe_load(head)
    if type(told["since"]) is not date:
        raise ValueError(f"{place.parent.name}/{place.name}: `since` must be a day")
    names = {"code": place.parent.name, "version": place.stem}
    return Agreement(
        **names, title_zh=told["title"], text_zh=text.strip(), source=told["source"], since=told["since"]
    )


def current(code: str) -> Agreement:
    """The version of the agreement that is in force today."""
    return load_agreements(settings().city).on(code, business_today())


def needed(session: DatabaseSession, fund_number: str, code: str) -> dict[str, str] | None:
    """The agreement as it must be shown and accepted first (A-23); None when it is signed already."""
    agreement = current(code)
    return None if _is_signed(session, fund_number, agreement) else agreement.shown()


def require(
    session: DatabaseSession,
    fund_number: str,
    code: str,
    consent: Mapping[str, str] | None,
    *,
    address: str | None = None,
) -> None:
    """See that the person has signed the agreement of a function (A-23): once for each version.

    `consent` is a loaded `Consent`, and not looked at when this version is signed already. Refused with 409
    and the text when nothing was accepted, or when the text has changed since it was shown.
    """
    agreement = current(code)
    if _is_signed(session, fund_number, agreement):
        return
    accepted(code, consent)
    sign(session, Signature(fund_number=fund_number, agreement=agreement, address=address))


def accepted(code: str, consent: Mapping[str, str] | None) -> Agreement:
    """The agreement in force, when `consent` is to just this text; else a refusal (409) with the text."""
    agreement = current(code)
    if consent is None:
        sentence = f"请先阅读并同意《{agreement.title_zh}》。"
        raise _not_accepted("agreement_needed", sentence, agreement)
    if (consent["code"], consent["version"], consent["digest"]) != _identity(agreement):
        sentence = f"《{agreement.title_zh}》已更新，请阅读新的内容后重新同意。"
        raise _not_accepted("agreement_changed", sentence, agreement)
    return agreement


def _identity(agreement: Agreement) -> tuple[str, str, str]:
    return agreement.code, agreement.version, agreement.digest


def _not_accepted(code: str, sentence: str, agreement: Agreement) -> Refusal:
    figures = {f"agreement_{name}": value for name, value in agreement.shown().items()}
    return Refusal(code, sentence, pointer="/consent", figures=figures)


def _is_signed(session: DatabaseSession, fund_number: str, agreement: Agreement) -> bool:
    wanted = select(SignedAgreement.number).where(
        SignedAgreement.fund_number == fund_number,
        SignedAgreement.code == agreement.code,
        SignedAgreement.version == agreement.version,
        SignedAgreement.signed_for == "",
    )
    return session.scalar(wanted) is not None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs what. `signed_for` is the bill or paper it belongs to, empty for a function as such.

    `at` is of the business clock; `address` is the network address it came from, and is kept sealed.
    """

    fund_number: str
    agreement: Agreement
    way: str = ONLINE
    signed_for: str = ""
    address: str | None = None
    at: datetime = field(default_factory=business_now)


def sign(session: DatabaseSession, signature: Signature) -> bool:
    """Write the signature and the text it is under, and announce it; False when it stood there already."""
    agreement = signature.agreement
    keep_text(session, agreement)
    row = insert(SignedAgreement).values(number=secrets.token_hex(16), **_columns(signature))
    number = session.scalar(row.on_conflict_do_nothing().returning(SignedAgreement.number))
    if number is None:
        return False
    announce(session, "agreement.signed", f"agreement:{signature.fund_number}", _told(str(number), signature))
    return True


def keep_text(session: DatabaseSession, agreement: Agreement) -> None:
    """Keep the text under its digest, as long as signatures under it are kept."""
    kept = insert(AgreementText).values(
        digest=agreement.digest,
        code=agreement.code,
        version=agreement.version,
        title=agreement.title_zh,
        text=agreement.text_zh,
    )
    session.execute(kept.on_conflict_do_nothing())


def _columns(signature: Signature) -> dict[str, Any]:
    return {
        "fund_number": signature.fund_number,
        "code": signature.agreement.code,
        "version": signature.agreement.version,
        "digest": signature.agreement.digest,
        "way": signature.way,
        "signed_for": signature.signed_for,
        "address": signature.address,
        "signed_at": signature.at,
    }


def _told(number: str, signature: Signature) -> dict[str, Any]:
    return {
        "number": number,
        "fund_number": signature.fund_number,
        "code": signature.agreement.code,
        "version": signature.agreement.version,
        "digest": signature.agreement.digest,
        "way": signature.way,
        "for": signature.signed_for,
        "at": signature.at.isoformat(),
    }
