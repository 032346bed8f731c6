"""The bus face of the deposit service."""

from typing import Any

from services.common.clock import business_today
from services.common.face import CommonFace, OperationShape
from services.common.ledger.subjects import TITLES, Subject
from services.common.ledger.turnover import sum_up, trial_balance
from services.common.permissions import DECIDE_INTEREST, SEE_INTEREST, SEE_INTEREST_ACCOUNTS, SEE_RUNNING
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.deposit import (
    accounts,
    base_adjustments,
    cards,
    drawn_before,
    holds,
    opening,
    operations,
    schemas,
    years,
)
from services.deposit.adapters import bank, employment_register
from services.deposit.contribution.face import ContributionFace
from services.deposit.interest import job, views
from services.deposit.papers.face import PaperFace
from services.deposit.statements.face import StatementFace
from services.deposit.transfers.face import TransferFace

OTHER_SERVICES = ("withdrawal",)

Arguments = dict[str, Any]

_SETTLE_EVERY_S = 5
_SUM_UP_EVERY_S = 900


class DepositService(ContributionFace, TransferFace, StatementFace, PaperFace, CommonFace):
    """Fund accounts, the ledger, holds, bound cards, contributions, transfers, statements, slips."""

    name = "deposit"

    @query()
    def profile(self, arguments: Arguments, request: Request) -> Any:
        """The own account (D-01)."""
        return accounts.profile(self.database, request.person.id)

    @query(schemas.Range)
    def contributions(self, arguments: Arguments, request: Request) -> Any:
        """The own contributions (D-02, D-03)."""
        with self.database.read() as session:
            return accounts.contributions(session, request.person.id, arguments, business_today())

    @query(schemas.Range)
    def ledger_lines(self, arguments: Arguments, request: Request) -> Any:
        """The own detail ledger (D-11)."""
        with self.database.read() as session:
            return accounts.ledger_lines(session, request.person.id, arguments)

    @query()
    def years(self, arguments: Arguments, request: Request) -> Any:
        """The own account year by year, for the chart."""
        with self.database.read() as session:
            return years.by_year(session, request.person.id, business_today())

    @query()
    def card(self, arguments: Arguments, request: Request) -> Any:
        """The bound card, masked (W-33)."""
        with self.database.read() as session:
            return accounts.own_card(session, request.person.id)

    @command(schemas.CardChange)
    def bind_card(self, arguments: Arguments, request: Request) -> Any:
        """Bind another card (W-30 to W-35)."""
        with self.database.read() as session:
            account = accounts.account_of(session, request.person.id)
        card = cards.checked(bank(), request, account, arguments)
        return self.database.once(request, cards.bind, account.number, card)

    @query(roles=None)
    def freelancer_terms(self, arguments: Arguments, request: Request) -> Any:
        """Departments, bounds, rates and the agreement of the opening form (D-30)."""
        return opening.terms(business_today())

    @query(schemas.Opening, roles=None)
    def check_opening(self, arguments: Arguments, request: Request) -> Any:
        """What the application would cost a month, or why it cannot be; nobody's books are looked at."""
        monthly = opening.checked(arguments, business_today()).monthly
        return {"monthly_fen": monthly.total_fen}

    @command(schemas.OpeningSubmitted, roles=None)
    def open_freelancer(self, arguments: Arguments, request: Request) -> Any:
        """Open a freelancer's account for who proved the phone (D-28 to D-32)."""
        submitted = opening.submission(arguments, business_today(), employment_register())
        return self.database.once(request, opening.open_account, submitted)

    @query()
    def base_adjustments(self, arguments: Arguments, request: Request) -> Any:
        """The own contribution base, and what was or may be changed (D-22)."""
        with self.database.read() as session:
            return base_adjustments.shown(session, request.person.id, business_today())

    @command(schemas.BaseWish)
    def adjust_base(self, arguments: Arguments, request: Request) -> Any:
        """File another contribution base (D-22)."""
        return self.database.once(request, base_adjustments.register, arguments["base_fen"])

    @command(schemas.AdjustmentNamed)
    def undo_base_adjustment(self, arguments: Arguments, request: Request) -> Any:
        """Take a base back before it counts."""
        return self.database.once(request, base_adjustments.undo, arguments["number"])

    @every(60, lock="deposit.base_adjustments")
    def let_bases_take_effect(self, request: Request) -> None:
        """Give accounts the bases whose month has come."""
        base_adjustments.take_effect(self.database, business_today())

    @query(schemas.Person, callers=OTHER_SERVICES, roles=None)
    def assess(self, arguments: Arguments, request: Request) -> Any:
        """What the rules of a bill need to know of an account."""
        with self.database.read() as session:
            return holds.facts(session, arguments["fund_number"], business_today())

    @query(schemas.Person, callers=OTHER_SERVICES, roles=None)
    def drawn_before(self, arguments: Arguments, request: Request) -> Any:
        """What a borrower's spouse drew before the hall."""
        with self.database.read() as session:
            return drawn_before.of_another(session, arguments["fund_number"])

    @query(schemas.Person, callers=OTHER_SERVICES, roles=None)
    def card_changed(self, arguments: Arguments, request: Request) -> Any:
        """When the bound card last took another's place: {at|None}."""
        with self.database.read() as session:
            changed = cards.changed_at(session, arguments["fund_number"])
            return {"at": changed.isoformat() if changed else None}

    @query(schemas.Person, callers=OTHER_SERVICES, roles=None)
    def payee(self, arguments: Arguments, request: Request) -> Any:
        """The bound card in clear, for the payout."""
        with self.database.read() as session:
            return cards.payee(session, arguments["fund_number"])

    @query(schemas.Person, callers=OTHER_SERVICES, roles=None)
    def identity(self, arguments: Arguments, request: Request) -> Any:
        """Name and ID number, for the registers that are asked about the person."""
        with self.database.read() as session:
            account = accounts.account_of(session, arguments["fund_number"])
            return {"name": account.name, "id_number": account.id_number}

    @command(schemas.HoldWanted, callers=OTHER_SERVICES, roles=None)
    def hold(self, arguments: Arguments, request: Request) -> Any:
        """Set money aside for a bill."""
        return self.database.once(request, holds.hold, arguments)

    @command(schemas.HoldReleased, callers=OTHER_SERVICES, roles=None)
    def release(self, arguments: Arguments, request: Request) -> Any:
        """Give held money back."""
        return self.database.once(request, holds.release, arguments)

    @command(schemas.Settlement, callers=OTHER_SERVICES, roles=None)
    def settle(self, arguments: Arguments, request: Request) -> Any:
        """Book a bill that the bank has paid."""
        return self.database.once(request, holds.settle, arguments)

    @query(OperationShape, roles=None)
    def operation(self, arguments: Arguments, request: Request) -> Any:
        """What became of a keyed command; only its own subject may ask."""
        with self.database.read() as session:
            return operations.operation(session, arguments["op_id"], request)

    @query(roles=SEE_INTEREST)
    def interest_runs(self, arguments: Arguments, request: Request) -> Any:
        """The yearly settlements of interest and how far each has come; accounts to whom may see them."""
        with self.database.read() as session:
            return views.runs(session, named=request.person.role in SEE_INTEREST_ACCOUNTS)

    @command(schemas.InterestRunNamed, roles=DECIDE_INTEREST)
    def resume_interest_run(self, arguments: Arguments, request: Request) -> Any:
        """Let a halted settlement go on."""
        return self.database.once(request, views.resume, arguments["number"])

    @command(schemas.DisputeNamed, roles=DECIDE_INTEREST)
    def set_aside_interest_account(self, arguments: Arguments, request: Request) -> Any:
        """Let a halted settlement go on without an account in dispute."""
        which = arguments["number"], arguments["fund_number"]
        return self.database.once(request, views.set_aside, *which)

    @every(_SETTLE_EVERY_S, lock="yearly_interest")
    def settle_interest(self, request: Request) -> None:
        """Book the year's interest after 30 June."""
        job.work(self.database)

    @every(_SUM_UP_EVERY_S, lock="turnover")
    def sum_up_turnover(self, request: Request) -> None:
        """Sum what was booked, so that the trial balance reads only what came after it."""
        sum_up(self.database)

    @query(roles=SEE_RUNNING)
    def trial_balance(self, arguments: Arguments, request: Request) -> Any:
        """Turnover and balance of every subject."""
        with self.database.read() as session:
            rows = trial_balance(session)
        items = [{**vars(row), "title": TITLES[Subject(row.subject)]} for row in rows]
        debit, credit = sum(row.debit_fen for row in rows), sum(row.credit_fen for row in rows)
        return {"items": items, "debit_fen": debit, "credit_fen": credit, "balanced": debit == credit}


SERVICE = DepositService
