"""Signing an agreement in a service's own transaction: once for each version, kept, told to others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from services.common import agreements
from services.common.agreements import Agreement, AgreementText, SignedAgreement
from services.common.errors import Refusal
from services.common.tables import OutboxRow

CODE = "direct_debit"


@pytest.fixture
def fund_number(desk):
    return desk.person().fund_number


def shown():
    return agreements.current(CODE).shown()


def require(database, fund_number, consent=None, **how):
    with database.write() as session:
        agreements.require(session, fund_number, CODE, consent, **how)


def signatures(database, fund_number):
    with database.read() as session:
        return session.scalars(
            select(SignedAgreement).where(SignedAgreement.fund_number == fund_number)
        ).all()


def announced(database, fund_number):
    wanted = select(OutboxRow).where(OutboxRow.aggregate == f"agreement:{fund_number}")
    with database.read() as session:
        return session.scalars(wanted.order_by(OutboxRow.sequence)).all()


@pytest.mark.feature("A-23")
def test_the_first_use_asks_for_the_agreement_and_later_ones_do_not(database, fund_number):
    with pytest.raises(Refusal, match="agreement_needed"):
        require(database, fund_number)
    with database.read() as session:
        assert agreements.needed(session, fund_number, CODE) == shown()
    require(database, fund_number, shown(), address="203.0.113.9")
    require(database, fund_number)
    with database.read() as session:
        assert agreements.needed(session, fund_number, CODE) is None
    (row,) = signatures(database, fund_number)
    assert (row.version, row.digest, row.address) == ("2026-1", shown()["digest"], "203.0.113.9")


def test_what_others_hear_names_the_text_and_nothing_personal(database, fund_number):
    require(database, fund_number, shown(), address="203.0.113.9")
    (event,) = announced(database, fund_number)
    assert event.event == "agreement.signed"
    assert (event.payload["code"], event.payload["version"], event.payload["for"]) == (CODE, "2026-1", "")
    assert "203.0.113.9" not in str(event.payload)


def test_ten_presses_at_once_sign_once(database, fund_number):
    consent = shown()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: require(database, fund_number, consent), range(10)))
    assert len(signatures(database, fund_number)) == 1
    assert len(announced(database, fund_number)) == 1


def test_a_new_version_is_signed_again_and_the_old_text_stays(database, fund_number, monkeypatch):
    require(database, fund_number, shown())
    old = agreements.current(CODE)
    new = Agreement(CODE, "2027-1", old.title_zh, old.text_zh + "\n八、新。", "自定", date(2026, 1, 1))
    monkeypatch.setattr(agreements, "current", lambda code: new)
    with pytest.raises(Refusal, match="agreement_changed"):
        require(database, fund_number, old.shown())
    require(database, fund_number, new.shown())
    assert {row.version for row in signatures(database, fund_number)} == {"2026-1", "2027-1"}
    with database.read() as session:
        assert session.get_one(AgreementText, old.digest).text == old.text_zh


@pytest.mark.parametrize("table", ["signed_agreements", "agreement_texts", "heard_agreements"])
def test_the_service_can_neither_change_nor_delete_what_was_signed(
    database, fund_number, auth_environment, table
):
    require(database, fund_number, shown())
    engine = create_engine(auth_environment["DATABASE_URL"])
    for statement in (f"UPDATE {table} SET version = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with (
            pytest.raises(DBAPIError, match=r"permission denied|never changed"),
            engine.begin() as connection,
        ):
            connection.execute(text(statement))
    engine.dispose()
