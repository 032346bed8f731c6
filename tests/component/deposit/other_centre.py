"""The platform between centres without HTTP: the rehearsal's own, and what transfers ask of the service."""

import uuid
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace

from sandbox import transfers as outside
from sandbox.answers import Refused
from sandbox.store import Store
from services.common.clock import business_today
from services.common.ledger import book
from services.common.outside import NoAnswer
from services.common.shape import loaded
from services.common.subject import Subject
from services.deposit.rules import month_of, months_later
from services.deposit.transfers import usecases
from services.deposit.transfers.models import Transfer
from services.deposit.transfers.schemas import Letter
from tests.component.deposit.books import FUND_NUMBER, request
from tests.guards import refuse_open_transaction

JINAN = "C37010000000000"
APPLICATION = {"centre": JINAN, "employer_name": "济南甄测试商贸有限公司", "account_number": "010123456789"}


class OtherCentre:
    """Answers as the platform does; can lose answers before or after the letter is taken."""

    def __init__(self, folder):
        self.store = Store(folder)
        self.silent = self.loses_answers = False
        self.sent = 0

    def send(self, letter):
        self.sent += 1
        return self._do(outside.send, dict(letter))

    def enquire(self, letter_number):
        try:
            return self._do(outside.query, {"letter_number": letter_number})
        except Refused:
            return None

    def revoke(self, letter_number, reason):
        return self._do(outside.revoke, {"letter_number": letter_number, "reason": reason})

    def answer(self, letter_number, code, **more):
        said = outside.answer(self.store, {"letter_number": letter_number, "code": code} | more)
        return loaded(Letter, said.content)

    def _do(self, act, body):
        refuse_open_transaction()
        if self.silent:
            raise NoAnswer("/transfers", "silent")
        letter = loaded(Letter, act(self.store, body, None).content)
        if self.loses_answers:
            raise NoAnswer("/transfers", "lost")
        return letter


@dataclass
class Desk:
    """What a citizen and the sweep do around transfers, in the service's place."""

    books: object
    fund_number: str = FUND_NUMBER

    @property
    def hall(self):
        return SimpleNamespace(database=self.books.database)

    def opened(self, months=12, **account):
        self.books.open(self.fund_number, balance_fen=0, **account)
        last = month_of(business_today())
        with self.books.database.write() as session:
            for back in range(months):
                month = months_later(last, -back)
                book.post(session, self.books.remittance(self.fund_number, 120_000, month))
        return self

    def asked(self, key, values):
        subject = Subject(id=self.fund_number, role="citizen", session_id="s")
        return replace(request(key or uuid.uuid4().hex, values), caller="gateway", subject=subject)

    def register(self, key=None, **changed):
        wanted = APPLICATION | changed
        return usecases.register(self.hall, wanted, self.asked(key, wanted))

    def revoke(self, number, key=None):
        wanted = {"number": number}
        return usecases.revoke(self.hall, wanted, self.asked(key, wanted))

    def shown(self, number):
        return usecases.one(self.hall, {"number": number}, self.asked(None, {}))

    def letter_of(self, number):
        return self.shown(number)["letter_number"]

    def due(self):
        """Let every waiting transfer be asked about now."""
        with self.books.owner.begin() as connection:
            connection.execute(Transfer.__table__.update().values(ask_after=date(2000, 1, 1)))

    def balance(self):
        return self.books.row(
            "SELECT balance_fen FROM ledger_accounts WHERE number = :number",
            number=book.personal(self.fund_number),
        )[0]
