"""Accounts with money in them, and the requests that move it."""

import uuid
from datetime import date

from sqlalchemy import text

from services.common.clock import business_now, technical_now
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.common.request import Request, digest_of
from services.common.sealed import blind_index
from services.deposit import holds
from services.deposit.models import Account

FUND_NUMBER = "370200999001"
ID_NUMBER = "370298196001010013"
PAID_ON = date(2026, 7, 15)


def request(key: str, values: object = None) -> Request:
    """A keyed command of withdrawal."""
    return Request(
        method="test",
        caller="withdrawal",
        trace=uuid.uuid4().hex,
        deadline=technical_now() + 30,
        op_id=key,
        digest=digest_of(values),
    )


class Books:
    """The book under test."""

    def __init__(self, database, owner):
        self.database = database
        self.owner = owner
        self.bills = {}

    def open(
        self,
        fund_number=FUND_NUMBER,
        balance_fen=1_000_000,
        *,
        state="normal",
        freeze_flag="none",
        opened_on=date(2020, 1, 1),
    ):
        account = Account(
            number=fund_number,
            name="甄测试",
            id_number=ID_NUMBER,
            id_index=blind_index(fund_number),
            state=state,
            freeze_flag=freeze_flag,
            opened_on=opened_on,
            contribution_base_fen=500_000,
            employer_rate_percent=12,
            person_rate_percent=12,
            employer_monthly_fen=60_000,
            person_monthly_fen=60_000,
        )
        with self.database.write() as session:
            session.add(account)
            book.open_account(session, book.personal(fund_number), Subject.PERSONAL_FUND, keeps_balance=True)
            if balance_fen:
                book.post(session, self.remittance(fund_number, balance_fen))
        return fund_number

    def remittance(self, fund_number, amount_fen, value_on=PAID_ON):
        line = book.Line(
            debit=Subject.FUND_AT_BANK,
            credit=book.personal(fund_number),
            amount_fen=amount_fen,
            kind="remittance",
            for_month=value_on.replace(day=1),
        )
        number = f"remit/{uuid.uuid4().hex}"
        return book.Voucher(number=number, lines=[line], value_on=value_on, booked_at=business_now())

    def hold(self, amount_fen, *, key=None, closes=False, fund_number=FUND_NUMBER, bill_number=None):
        key = key or uuid.uuid4().hex
        wanted = {
            "fund_number": fund_number,
            "amount_fen": None if closes else amount_fen,
            "closes_account": closes,
            # A bill has one hold at a time, so each hold here is another bill's.
            "bill_number": bill_number or f"W{key[:30]}",
        }
        held = self.database.once(request(key, wanted), holds.hold, wanted)
        self.bills[held["hold_id"]] = wanted["bill_number"]
        return held

    def end(self, how, held, *, key=None):
        wanted = {"hold_id": held["hold_id"], "bill_number": self.bills.get(held["hold_id"], "W1")}
        wanted |= {"reason_code": "07"} if how is holds.settle else {"fund_number": FUND_NUMBER}
        return self.database.once(request(key or uuid.uuid4().hex, wanted), how, wanted)

    def row(self, statement, **values):
        with self.owner.connect() as connection:
            return tuple(connection.execute(text(statement), values).one())

    def kept(self):
        return self.row("SELECT balance_fen, held_fen FROM ledger_accounts WHERE keeps_balance")

    def posted(self):
        return self.row(
            "SELECT COALESCE(sum(CASE WHEN credit = :account THEN amount_fen ELSE -amount_fen END), 0)"
            " FROM postings WHERE :account IN (debit, credit)",
            account=book.personal(FUND_NUMBER),
        )[0]
