"""A freelancer's contributions with the bank's stand-in, and the acts of everybody in one line each."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update

from services.common import agreements
from services.common.clock import CHINA, business_today, technical_now
from services.common.request import Request, digest_of
from services.common.shape import loaded
from services.common.subject import Subject
from services.common.tables import OutboxRow, Transition
from services.deposit.contribution import booking, callbacks, refunds, schemas, usecases
from services.deposit.contribution.adapters import Bank
from services.deposit.contribution.models import Attempt, Bill, Refund
from services.deposit.contribution.refunds import REFUNDS
from services.deposit.contribution.saga import BILLS
from services.deposit.contribution.states import DRIVEN, REFUND
from services.deposit.models import Account, Card, Employer
from tests.component.deposit.books import FUND_NUMBER, Books
from tests.component.deposit.contribution.bank_outside import BankOutside, Crash

OTHER = "370200999002"
CARD = "6222020000000000012"
MONTHLY_FEN = 120_000

_USES: dict[str, tuple[Callable[..., Any], Any]] = {
    "register": (usecases.register, schemas.BillWanted),
    "settle_by_card": (usecases.settle_by_card, schemas.CardSettlement),
    "settle_by_code": (usecases.settle_by_code, schemas.BillNamed),
    "cancel_card": (usecases.cancel_card, schemas.BillNamed),
    "cancel_code": (usecases.cancel_code, schemas.BillNamed),
    "check": (usecases.check, schemas.BillNamed),
    "delete": (usecases.delete, schemas.BillNamed),
    "bill": (usecases.bill, schemas.BillNamed),
    "bills": (usecases.bills, schemas.Range),
}


class Stage:
    """The deposit service as a use case sees it, with one freelancer who has a card."""

    def __init__(self, books: Books) -> None:
        self.books, self.database = books, books.database
        self.outside = BankOutside()
        self.bank = Bank(self.outside)  # type: ignore[arg-type]
        self.a_freelancer()

    def a_freelancer(self) -> None:
        """An account of a department's freelancers, opened this month, with a bound card."""
        self.books.open(balance_fen=0)
        with self.books.owner.begin() as connection:
            connection.execute(
                insert(Employer).values(
                    number="000532720001",
                    name="自由职业者",
                    kind="freelancer",
                    state="normal",
                    opened_on=business_today(),
                )
            )
            opened = {"employer_number": "000532720001", "opened_on": business_today()}
            connection.execute(update(Account.__table__).values(opened))  # type: ignore[arg-type]
        with self.database.write() as session:
            session.add(
                Card(fund_number=FUND_NUMBER, bank_code="102", card_number=CARD, bound_at=datetime.now(UTC))
            )

    def account(self, **changes: Any) -> None:
        """Change the account as its owner's life does."""
        with self.books.owner.begin() as connection:
            connection.execute(update(Account.__table__).values(changes))  # type: ignore[arg-type]

    def request(
        self, method: str, arguments: Any, *, by: str = FUND_NUMBER, key: str | None = None
    ) -> Request:
        """A citizen's request through the gateway."""
        return Request(
            method=method,
            caller="gateway",
            trace=uuid.uuid4().hex,
            deadline=technical_now() + 30,
            subject=Subject(id=by, role="citizen", session_id="s", edition="professional"),
            op_id=key or uuid.uuid4().hex,
            digest=digest_of(arguments),
        )

    def act(
        self, method: str, arguments: dict[str, Any], *, by: str = FUND_NUMBER, key: str | None = None
    ) -> Any:
        """One call as the bus makes it: a stored answer is given again."""
        use, shape = _USES[method]
        request = self.request(method, arguments, by=by, key=key)
        if key and (stored := self.database.answered(request)) is not None:
            return stored
        return use(self, loaded(shape, arguments), request)

    def proposal(self, *, by: str = FUND_NUMBER) -> Any:
        """What 登记 shows."""
        return usecases.proposal(self, {}, self.request("proposal", {}, by=by))

    def tasks(self) -> Any:
        """What waits for the person."""
        return usecases.tasks(self, self.request("tasks", {}))

    def register(self, *, key: str | None = None) -> Any:
        """登记 and 保存 what is shown."""
        shown = self.proposal()
        wanted = {"months": shown["months"], "amount_fen": shown["amount_fen"]}
        return self.act("register", wanted, key=key)

    def press(self, action: str, *, key: str | None = None, **more: Any) -> Any:
        """Press a button of the only bill."""
        return self.act(action, {"number": self.number()} | more, key=key)

    def settle_by_card(self, *, key: str | None = None) -> Any:
        """联名卡结算 with consent to the agreement."""
        shown = agreements.current("direct_debit").shown()
        consent = {name: shown[name] for name in ("code", "version", "digest")}
        return self.press("settle_by_card", key=key, consent=consent)

    def crashing(self, act: Callable[[], Any]) -> None:
        """Do it, and die where the bank was told so."""
        try:
            act()
        except Crash:
            return
        raise AssertionError("nothing crashed")

    def time_passes(self) -> None:
        """Leases of dead drivers run out and every back-off is over."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        with self.database.write() as session:
            for kind in (Bill, Refund):
                session.execute(update(kind).values(lease_until=past))
                session.execute(update(kind).where(kind.drive_after.is_not(None)).values(drive_after=past))

    def window_passes(self) -> None:
        """Settled bills may not be cancelled any more: their booking is due."""
        earlier = datetime.now(UTC) - timedelta(hours=1)
        with self.database.write() as session:
            session.execute(update(Bill).where(Bill.received_at.is_not(None)).values(received_at=earlier))

    def drive(self) -> None:
        """One driver takes the only bill, and its refunds, as far as they go."""
        self.time_passes()
        BILLS.drive(self, self.number(), self.request("drive", {}))
        for number in self.refund_numbers():
            REFUNDS.drive(self, number, self.request("drive", {}))

    def code_expires(self) -> None:
        """The payment code's time is over."""
        with self.database.write() as session:
            session.execute(update(Attempt).values(code_expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    def closed_codes_are_due(self) -> None:
        """The time has come to ask about codes that are closed."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        with self.database.write() as session:
            session.execute(update(Attempt).where(Attempt.ask_after.is_not(None)).values(ask_after=past))

    def codes_were_closed(self, at: datetime) -> None:
        """The payment codes were closed then."""
        with self.database.write() as session:
            session.execute(update(Attempt).values(closed_at=at))

    def code_asked_after(self) -> datetime:
        """When the bank is asked again about the only code."""
        with self.database.read() as session:
            planned = session.scalars(select(Attempt.ask_after)).one()
        assert planned is not None
        return planned

    def began(self, at: datetime) -> None:
        """The present attempts began then."""
        with self.database.write() as session:
            session.execute(update(Attempt).values(began_at=at))

    def of_the_month_before(self) -> datetime:
        """The bill is for last month, and its attempt began in its last minutes: the very last one."""
        last_moment = datetime.combine(business_today().replace(day=1), time(), CHINA) - timedelta(minutes=1)
        self.began(last_moment - timedelta(minutes=5))
        self.for_month(last_moment.date().replace(day=1))
        return last_moment

    def for_month(self, month: date) -> None:
        """The bill is for this month, whose beginning the account has seen."""
        with self.database.write() as session:
            session.execute(update(Bill).values(months=[month]))
        self.account(opened_on=date(2020, 1, 1))

    def line_kinds(self) -> list[str]:
        """The kinds of the lines booked to the person, in their order."""
        asked = text("SELECT kind FROM postings WHERE credit = :account ORDER BY id")
        with self.books.owner.connect() as connection:
            return list(connection.scalars(asked, {"account": f"201-{FUND_NUMBER}"}))

    def sweep(self, times: int = 1) -> None:
        """The sweeper, so many ticks later."""
        for _ in range(times):
            self.time_passes()
            usecases.sweep_due(self, self.request("sweep", {}))

    def sweep_until_rest(self) -> None:
        """At most ten ticks until neither a bill nor a refund is driven any more."""
        for _ in range(10):
            if self.state() not in DRIVEN and not set(self.refund_states()) - REFUND.final:
                return
            self.sweep()
        raise AssertionError((self.state(), self.refund_states()))

    def sweep_what_is_due(self, times: int) -> None:
        """The sweeper at once: what was put off stays so."""
        for _ in range(times):
            usecases.sweep_due(self, self.request("sweep", {}))

    def retry_refund(self, number: str, *, key: str | None = None) -> Any:
        """再次退款 by staff."""
        request = self.request("retry_refund", {"number": number}, by="supervisor", key=key)
        return self.database.once(request, refunds.retry, number, "银行账号已更正")

    def refund_history(self) -> list[dict[str, str]]:
        """What was done with the refunds, in order."""
        wanted = select(Transition).where(Transition.machine == REFUND.name).order_by(Transition.id)
        with self.database.read() as session:
            return [{"action": one.action, "remark": one.remark} for one in session.scalars(wanted)]

    def book(self) -> int:
        """The centre's booking, after the window in which a settlement may be cancelled."""
        self.window_passes()
        return booking.book_due(self.database)

    def report(self, told: dict[str, Any], key: str | None = None) -> Any:
        """The bank's report as the service takes it once its signature is checked."""
        request = Request(
            method="bank_callback",
            caller="gateway",
            trace=uuid.uuid4().hex,
            deadline=technical_now() + 30,
            op_id=key or uuid.uuid4().hex,
            digest=digest_of(told),
        )
        return self.database.once(request, callbacks.take, told)

    def number(self) -> str:
        """The number of the newest bill."""
        with self.database.read() as session:
            return session.scalars(select(Bill.number).order_by(Bill.number.desc())).first() or ""

    def order_number(self) -> str:
        """The order number of the newest bill's present attempt."""
        with self.database.read() as session:
            return (
                session.scalars(
                    select(Attempt.order_number).order_by(Attempt.bill_number.desc(), Attempt.ordinal.desc())
                ).first()
                or ""
            )

    def state(self) -> str:
        """The state of the newest bill."""
        with self.database.read() as session:
            return session.scalars(select(Bill.state).order_by(Bill.number.desc())).first() or ""

    def refund_numbers(self) -> list[str]:
        """The numbers of all refunds."""
        with self.database.read() as session:
            return list(session.scalars(select(Refund.number).order_by(Refund.number)))

    def refund_states(self) -> list[str]:
        """The states of all refunds."""
        with self.database.read() as session:
            return list(session.scalars(select(Refund.state).order_by(Refund.number)))

    def refund_waits_s(self) -> float:
        """Seconds until the refund is tried again."""
        with self.database.read() as session:
            due = session.scalars(select(Refund.drive_after)).one()
        return (due - datetime.now(UTC)).total_seconds() if due else 0.0

    def stuck_after_long(self) -> list[dict[str, Any]]:
        """What the operator sees an hour later."""
        self.long_ago()
        return self.stuck()

    def long_ago(self) -> None:
        """Everything moved last an hour ago."""
        earlier = datetime.now(UTC) - timedelta(hours=1)
        with self.database.write() as session:
            session.execute(update(Bill).values(moved_at=earlier))
            session.execute(update(Refund).values(moved_at=earlier, began_at=earlier))

    def unbind(self) -> None:
        """The card is no longer bound."""
        with self.database.write() as session:
            session.execute(update(Card).values(replaced_at=datetime.now(UTC)))

    def events(self) -> list[str]:
        """The events told, in order."""
        with self.database.read() as session:
            return list(session.scalars(select(OutboxRow.event).order_by(OutboxRow.id)))

    def stuck(self) -> list[dict[str, Any]]:
        """What the operator sees."""
        items: list[dict[str, Any]] = usecases.stuck(self, {}, self.request("stuck", {}))["items"]
        return items

    def standing(self, account: str) -> int:
        """Debits less credits of a ledger account."""
        with self.books.owner.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT COALESCE(sum(CASE WHEN debit = :account THEN amount_fen ELSE -amount_fen END), 0)"
                    " FROM postings WHERE :account IN (debit, credit)"
                ),
                {"account": account},
            )
            return int(found.scalar_one())

    def balance(self) -> int:
        """The person's balance, which must be what was posted to it."""
        kept = self.books.kept()[0]
        assert kept == self.books.posted()
        return int(kept)

    def books_are_true(self) -> None:
        """The bank's statement is the ledger's 101; what is in 暂收 is on its way in or out."""
        assert self.standing("101") == self.outside.received_fen()
        assert self.standing("101") + self.standing("21902") + self.standing(f"201-{FUND_NUMBER}") == 0
