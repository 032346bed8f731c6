"""申请登记 (manual 6.2.1): what a registration must bring, and the one transaction that makes it a bill."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from services.common.agreements import Signature, load_agreements, sign
from services.common.clock import business_now
from services.common.driving import leases
from services.common.errors import Refusal
from services.common.move import begin
from services.common.outbox import announce
from services.common.receipts import Receipt, digest_of, use_receipt, verify_receipt
from services.common.request import Request
from services.common.settings import settings
from services.withdrawal import cases, facts, saga, schemas, views
from services.withdrawal.cases import Judged, Matter
from services.withdrawal.facts import Facts, Hall
from services.withdrawal.models import NUMBERS, Attempt, Bill
from services.withdrawal.reasons import REASONS, Reason
from services.withdrawal.rules.account import CARD_RULE, NO_CARD
from services.withdrawal.rules.amounts import accepted_fen
from services.withdrawal.saga import BILLS
from services.withdrawal.states import WITHDRAWAL

Arguments = dict[str, Any]
Shown = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A registration that has passed every check of its shape, with what was fetched for it."""

    matter: Matter
    amount_fen: int | None
    settlement: str
    documents: list[dict[str, str]]
    receipt: Receipt
    facts: Facts
    payee: dict[str, str]


def register(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """申请登记 (manual 6.2.1): one bill in one transaction, then as far towards the bank as time allows.

    The effect has a key of its own, so that the answer kept under the request's key is the bill as it came to
    rest: every repeat gets the same one.
    """
    if hall.database.answered(request.effect) is None:
        wanted = _wanted(hall, arguments, request)
        hall.database.once(request.effect, _insert, wanted)
    return driven(hall, request)


def driven(hall: Hall, request: Request) -> Shown:
    """Drive the bill of a command that has taken effect, and keep the bill as the command's answer."""
    number = str((hall.database.answered(request.effect) or {})["number"])
    BILLS.drive_or_wait(hall, number, request)
    return hall.database.once(request, answer, number)


def answer(session: Session, request: Request, number: str) -> Shown:
    """The bill as the command's answer."""
    return views.bill_shown(session, views.own_bill(session, request.person.id, number))


def _wanted(hall: Hall, arguments: Arguments, request: Request) -> Wanted:
    reason = REASONS.get(arguments["reason"])
    answers = schemas.details_of(reason, arguments["details"])
    schemas.check_documents(reason.documents, answers, arguments["documents"])
    settlement = schemas.settlement_of(reason, arguments["settlement"])
    receipt = _receipt(arguments, request)
    matter = Matter(fund_number=request.person.id, reason=reason, details=answers)
    found, payee = fetched(hall, matter, request)
    return Wanted(
        matter=matter,
        amount_fen=arguments["amount_fen"],
        settlement=settlement,
        documents=arguments["documents"],
        receipt=receipt,
        facts=found,
        payee=payee,
    )


def _receipt(arguments: Arguments, request: Request) -> Receipt:
    """The code was for this reason and this amount, and for nothing else."""
    asked = {"reason": arguments["reason"], "amount_fen": arguments["amount_fen"]}
    return verify_receipt(
        arguments["receipt"],
        purpose="withdrawal",
        person=request.person.id,
        digest=digest_of(asked),
        at=business_now(),
    )


def fetched(hall: Hall, matter: Matter, request: Request) -> tuple[Facts, dict[str, str]]:
    """What the rules need and the card bound now; refused without a card."""
    payee = facts.payee_of(hall, request, matter.fund_number)
    if payee is None:
        raise Refusal("card_bound", NO_CARD, rule=CARD_RULE)
    return facts.gather(hall, request, cases.inquiry(hall.database, matter)), payee


def _insert(session: Session, request: Request, wanted: Wanted) -> Shown:
    judged = permitted(session, wanted.matter, wanted.facts)
    amount_fen = amount(wanted.matter.reason, wanted.amount_fen, judged)
    use_receipt(session, wanted.receipt, request)
    bill = _bill(session, wanted, judged, amount_fen)
    begin(session, WITHDRAWAL, bill, actor=request.person.id, at=bill.registered_at)
    session.flush()
    session.add(attempt(bill, wanted.payee))
    _sign(session, bill, wanted.documents)
    _announce_or_wait(session, bill, judged)
    return {"number": bill.number}


def permitted(session: Session, matter: Matter, found: Facts) -> Judged:
    """Judge under the person's and the loan's lock; raises the first reason why not."""
    cases.lock_for(session, f"person:{matter.fund_number}", matter.reason.pot(found.evidence))
    cases.refuse_second(session, matter)
    judged = cases.judge(session, matter, found)
    cases.refuse_failing(judged)
    return judged


def amount(reason: Reason, asked_fen: int | None, judged: Judged) -> int:
    """The amount of the bill, within the ceiling as far as it is known."""
    return accepted_fen(reason.amount, asked_fen, judged.ceiling)


def _bill(session: Session, wanted: Wanted, judged: Judged, amount_fen: int) -> Bill:
    matter, now = wanted.matter, business_now()
    bill = Bill(
        number=f"W{now:%Y%m%d}{session.execute(NUMBERS.next_value()).scalar_one():06d}",
        fund_number=matter.fund_number,
        reason=matter.reason.code,
        amount_fen=amount_fen,
        closes_account=matter.reason.closes_account,
        settlement=wanted.settlement,
        details=schemas.details_text(matter.reason, matter.details),
        pot=judged.pot,
        evidence=cases.evidence_told(judged),
        attempt=1,
        registered_on=judged.case.on,
        registered_at=now,
        moved_at=now,
    )
    leases.due_now(bill)
    return bill


def attempt(bill: Bill, payee: dict[str, str]) -> Attempt:
    """A new attempt to pay, with an order number of its own and the card bound as it begins.

    An attempt whose hold was refused begins once more, with the card bound then (`usecases.pay`).
    """
    return Attempt(
        bill_number=bill.number,
        ordinal=bill.attempt,
        order_number=f"{bill.number}-{bill.attempt}",
        payee=payee_kept(payee),
        began_at=business_now(),
    )


def payee_kept(payee: dict[str, str]) -> str:
    """The card as an attempt keeps it."""
    return json.dumps(payee, ensure_ascii=False)


def _sign(session: Session, bill: Bill, documents: list[dict[str, str]]) -> None:
    """Keep the texts with the bill's number: they stand in the person's list of agreements (A-19)."""
    texts = load_agreements(settings().city)
    for document in documents:
        signature = Signature(
            fund_number=bill.fund_number,
            agreement=texts.version(document["code"], document["version"]),
            signed_for=bill.number,
            at=bill.registered_at,
        )
        sign(session, signature)


def _announce_or_wait(session: Session, bill: Bill, judged: Judged) -> None:
    """A bill with open questions waits as 待核验 and is announced when they are answered."""
    if judged.looked.waiting:
        saga.wait_for_evidence(session, bill, judged)
    else:
        announce(session, "withdrawal.registered", f"{WITHDRAWAL.name}:{bill.number}", saga.payload(bill))
