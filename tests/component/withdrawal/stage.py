"""Withdrawal with its stand-ins, and the acts of citizens and sweepers in one line each."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from services.common.clock import business_now, technical_now
from services.common.database import DatabaseAccess
from services.common.driving import leases
from services.common.driving.leases import Turn
from services.common.driving.sweeping import sweep
from services.common.receipts import Receipt, digest_of, sign_receipt
from services.common.request import Request
from services.common.shape import loaded
from services.common.subject import Subject
from services.common.tables import OutboxRow
from services.withdrawal import registration, schemas, usecases
from services.withdrawal.adapters import Bank, Registers
from services.withdrawal.documents import DOCUMENTS
from services.withdrawal.models import Attempt, Bill
from services.withdrawal.saga import BILLS
from services.withdrawal.states import DRIVEN
from tests.component.withdrawal.stand_ins import (
    Auth,
    BankOutside,
    Crash,
    Deposit,
    Faults,
    Loan,
    RegistersOutside,
)

RENTER, RETIREE = "100000000001", "100000000002"
RENTER_ID, RETIREE_ID = "370202199003150011", "370202196501200014"
CARD = "6222020000000000012"

_USES: dict[str, tuple[Callable[..., Any], Any]] = {
    "register": (registration.register, schemas.Registration),
    "pay": (usecases.pay, schemas.BillNamed),
    "check": (usecases.check, schemas.BillNamed),
    "cancel_settlement": (usecases.cancel_settlement, schemas.BillNamed),
    "delete": (usecases.delete, schemas.BillNamed),
    "withdrawal": (usecases.withdrawal, schemas.BillNamed),
    "withdrawals": (usecases.withdrawals, schemas.Range),
    "assess": (usecases.assess, schemas.ReasonNamed),
}


def a_person(id_number: str, **changes: Any) -> dict[str, Any]:
    """What deposit says of an account in good order."""
    return {
        "id_number": id_number,
        "state": "normal",
        "frozen": False,
        "balance_fen": 5_000_000,
        "transfer_coming": False,
        "contribution_coming": False,
        "interest_to_date_fen": 29_792,
        "continuous_months": 40,
        "sealed_on": None,
        "last_contribution_month": "2026-11",
        "birth_on": f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}",
        "sex": "male",
        "card_changed_at": None,
        "drawn_before": [],
    } | changes


class Stage:
    """The hall as a use case sees it, with a renter and a retiree."""

    def __init__(self, database: DatabaseAccess) -> None:
        self.database = database
        self.faults = Faults()
        self.auth, self.deposit, self.loan = Auth(self.faults), Deposit(self.faults), Loan(self.faults)
        self.bank_outside, self.registers_outside = BankOutside(self.faults), RegistersOutside(self.faults)
        self.bank = Bank(self.bank_outside)  # type: ignore[arg-type]
        self.registers = Registers(self.registers_outside)  # type: ignore[arg-type]
        self.deposit.accounts = {RENTER: a_person(RENTER_ID), RETIREE: a_person(RETIREE_ID)}
        self.deposit.cards = {RENTER: CARD, RETIREE: CARD}

    def request(self, person: str, method: str, arguments: Any, key: str | None) -> Request:
        """A citizen's request through the gateway."""
        return Request(
            method=method,
            caller="gateway",
            trace=uuid.uuid4().hex,
            deadline=technical_now() + 30,
            subject=Subject(id=person, role="citizen", session_id="s"),
            op_id=key or uuid.uuid4().hex,
            digest=digest_of(arguments),
        )

    def act(self, method: str, arguments: dict[str, Any], *, by: str = RENTER, key: str | None = None) -> Any:
        """One call as the bus makes it: a stored answer is given again."""
        use, shape = _USES[method]
        request = self.request(by, method, arguments, key)
        if key and (stored := self.database.answered(request)) is not None:
            return stored
        return use(self, loaded(shape, arguments), request)

    def registration(self, by: str = RENTER, **changes: Any) -> dict[str, Any]:
        """A single renter's form for the whole quota, with a fresh receipt."""
        form: dict[str, Any] = {
            "reason": "rent_quota",
            "amount_fen": 840_000,
            "details": {"marital_status": "single"},
            "documents": signed("single_status_affidavit", "withdrawal_commitment"),
        } | changes
        asked = {"reason": form["reason"], "amount_fen": form.get("amount_fen")}
        return {"receipt": a_receipt(by, digest_of(asked))} | form

    def retirement(self) -> dict[str, Any]:
        """The retiree's form."""
        return self.registration(
            by=RETIREE,
            reason="retirement",
            amount_fen=None,
            settlement="bound_card",
            details={},
            documents=signed("withdrawal_commitment"),
        )

    def register(self, by: str = RENTER, **changes: Any) -> Any:
        """Register and drive as far as it goes."""
        return self.act("register", self.registration(by, **changes), by=by)

    def crashing(self, act: Callable[[], Any]) -> None:
        """Do it, and die where the faults say so."""
        try:
            act()
        except Crash:
            return
        raise AssertionError("nothing crashed")

    def time_passes(self) -> None:
        """Leases of dead drivers run out and every back-off is over."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        with self.database.write() as session:
            session.execute(update(Bill).values(lease_until=past))
            session.execute(update(Bill).where(Bill.drive_after.is_not(None)).values(drive_after=past))

    def sweep(self, times: int = 1) -> None:
        """The sweeper, so many ticks later."""
        for _ in range(times):
            self.time_passes()
            sweep(self, self.request(RENTER, "sweep", {}, None), BILLS)

    def drive(self) -> None:
        """One driver takes the only bill as far as it goes."""
        BILLS.drive(self, self.number(), self.request(RENTER, "drive", {}, None))

    def sweep_until_rest(self) -> None:
        """At most ten ticks until nothing is driven any more."""
        for _ in range(10):
            if not self.states() & DRIVEN:
                return
            self.sweep()
        raise AssertionError(self.states())

    def states(self) -> set[str]:
        """The states of all bills."""
        with self.database.read() as session:
            return set(session.scalars(select(Bill.state)))

    def state(self) -> str:
        """The state of the only bill."""
        (state,) = self.states()
        return state

    def number(self) -> str:
        """The number of the only bill."""
        with self.database.read() as session:
            return session.scalars(select(Bill.number)).one()

    def events(self) -> list[str]:
        """The events told of bills, in order."""
        of_bills = OutboxRow.event.startswith("withdrawal.")
        with self.database.read() as session:
            return list(session.scalars(select(OutboxRow.event).where(of_bills).order_by(OutboxRow.id)))

    def attempts(self) -> list[Attempt]:
        """All attempts to pay, in order."""
        with self.database.read() as session:
            return list(session.scalars(select(Attempt).order_by(Attempt.bill_number, Attempt.ordinal)))

    def paid_once_and_booked_once(self) -> bool:
        """The bank executed one order and one hold was settled for it."""
        return len(self.bank_outside.executed()) == 1 and self.deposit.outcomes().count("settled") == 1

    def take(self) -> Turn[Bill] | None:
        """Lease the only bill, as a driver does."""
        return leases.take(self.database, Bill, self.number())


def signed(*codes: str) -> list[dict[str, str]]:
    """Accepted documents in their present versions."""
    return [{"code": code, "version": DOCUMENTS.get(code).agreement.version} for code in codes]


def of_a_borrower(amount_fen: int) -> dict[str, Any]:
    """What the form of somebody with a loan of the fund says in place of a renter's."""
    asked: dict[str, Any] = {"reason": "fund_loan", "settlement": "bound_card", "details": {}}
    return asked | {"documents": signed("withdrawal_commitment"), "amount_fen": amount_fen}


def a_receipt(person: str, digest: str, *, minutes: int = 5) -> str:
    """Notify's word that the person gave the right code for this."""
    return sign_receipt(
        Receipt(
            id=uuid.uuid4().hex,
            purpose="withdrawal",
            person=person,
            digest=digest,
            expires_at=int(business_now().timestamp()) + 60 * minutes,
        )
    )
