"""What leaves the service: reasons, assessments, bills with their timeline; personal only a masked card."""

import json
from typing import Any

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.errors import NotFound
from services.common.history import timeline
from services.common.identifiers import mask_card
from services.withdrawal import cautions
from services.withdrawal.cases import Judged, figures_on
from services.withdrawal.documents import DOCUMENTS
from services.withdrawal.forms import SETTLEMENTS, DocumentAsked, When
from services.withdrawal.models import Attempt, Bill
from services.withdrawal.reasons import REASONS, Reason
from services.withdrawal.rules.amounts import AmountInput
from services.withdrawal.rules.case import Condition, Figures, Finding
from services.withdrawal.rules.evidence import QUESTIONS
from services.withdrawal.states import CITIZEN, HISTORY, LABELS, NOTICES, WITHDRAWAL

Shown = dict[str, Any]


def reason_shown(reason: Reason, figures: Figures) -> Shown:
    """A catalogue entry with everything a form is drawn from."""
    return {
        "code": reason.code,
        "title": reason.title(figures),
        "legal_basis": reason.legal_basis,
        "manual_section": reason.manual_section,
        "closes_account": reason.closes_account,
        "spouse_rule": reason.spouse_rule,
        "amount": reason.amount.value,
        "asks_settlement": reason.asks_settlement,
        "settlements": _settlements() if reason.asks_settlement else [],
        "fields": [_field(name, asked) for name, asked in reason.details.items()],
        "documents": [_document(asked) for asked in reason.documents],
        "conditions": conditions_shown(reason, figures),
    }


def conditions_shown(reason: Reason, figures: Figures) -> list[Shown]:
    """Everything that must hold on the day of the figures."""
    return [_condition(one, figures) for one in reason.conditions if one.applies(figures)]


def _condition(condition: Condition, figures: Figures) -> Shown:
    """One thing that must hold, and where its evidence comes from."""
    return {
        "code": condition.code,
        "title": condition.title(figures),
        "rule": condition.rule,
        "evidence_from": list(condition.evidence_from),
    }


def _settlements() -> list[Shown]:
    return [{"code": one.code, "title": one.title_zh} for one in SETTLEMENTS]


def _field(name: str, asked: fields.Field[Any]) -> Shown:
    about = asked.metadata
    choices = [{"code": code, "title": title} for code, title in about.get("options", {}).items()]
    return {
        "name": name,
        "kind": about["kind"],
        "label": about["label"],
        "required": asked.required,
        "choices": choices,
        "when": _when(about.get("when")),
    }


def _when(when: When | None) -> Shown | None:
    return None if when is None else {"name": when.name, "equals": when.equals}


def _document(asked: DocumentAsked) -> Shown:
    agreement = DOCUMENTS.get(asked.code).agreement
    return {
        "code": agreement.code,
        "version": agreement.version,
        "title": agreement.title_zh,
        "text": agreement.text_zh,
        "when": _when(asked.when),
    }


def assessment_shown(reason: Reason, judged: Judged, second: Shown | None) -> Shown:
    """The entry, and what holds for this person today: every reason why not, at once."""
    looked, ceiling = judged.looked, judged.ceiling
    refusals = [_finding(one) for one in looked.refusals] + ([second] if second else [])
    return reason_shown(reason, judged.case.figures) | {
        "allowed": not refusals,
        "ceiling_fen": ceiling.amount_fen,
        "prefilled_fen": None if reason.amount is AmountInput.ABSENT else ceiling.amount_fen,
        "because": ceiling.because,
        "refusals": refusals,
        "pending": [QUESTIONS.get(code).title_zh for code in looked.waiting],
        "has_card": judged.case.account.has_card,
        "caution": cautions.shown(judged.case.caution),
    }


def _finding(finding: Finding) -> Shown:
    return {
        "code": finding.code,
        "sentence": finding.sentence,
        "rule": finding.rule,
        "figures": dict(finding.figures),
        "passes_on": finding.passes_on.isoformat() if finding.passes_on else None,
        "evidence_from": list(finding.evidence_from),
    }


def own_bill(session: Session, fund_number: str, number: str) -> Bill:
    """The person's own bill; NotFound for anybody else's."""
    bill = session.scalar(select(Bill).where(Bill.number == number, Bill.fund_number == fund_number))
    if bill is None:
        raise NotFound("no_such_bill", "没有查到该提取单据。")
    return bill


def bill_shown(session: Session, bill: Bill) -> Shown:
    """A bill with its timeline, as its owner sees it."""
    attempt = session.get_one(Attempt, (bill.number, bill.attempt))
    return bill_line(bill) | {
        "problem": bill.problem,
        "settlement": SETTLEMENTS.get(bill.settlement).title_zh,
        "bank_code": json.loads(attempt.payee)["bank_code"],
        "card_masked": mask_card(json.loads(attempt.payee)["card_number"]),
        "principal_fen": attempt.principal_fen,
        "interest_fen": attempt.interest_fen,
        "order_number": attempt.order_number,
        "voucher": attempt.voucher,
        "booked_on": attempt.booked_on.isoformat() if attempt.booked_on else None,
        "timeline": timeline(session, WITHDRAWAL, bill.number, HISTORY, remarks=True),
    }


def bill_line(bill: Bill) -> Shown:
    """A bill without its timeline, for lists."""
    return {
        "number": bill.number,
        "reason": bill.reason,
        "title": REASONS.get(bill.reason).title(figures_on(bill.registered_on)),
        "amount_fen": bill.amount_fen,
        "closes_account": bill.closes_account,
        "state": bill.state,
        "label": LABELS[bill.state],
        "notice": NOTICES[bill.state],
        "registered_on": bill.registered_on.isoformat(),
        "registered_at": bill.registered_at.isoformat(),
        "actions": WITHDRAWAL.actions(bill.state, CITIZEN),
        "waits_for": WITHDRAWAL.waits_for(bill.state),
    }


def stuck_line(bill: Bill) -> Shown:
    """A waiting bill for staff: nothing about the person."""
    return {
        "number": bill.number,
        "reason": bill.reason,
        "title": REASONS.get(bill.reason).title(figures_on(bill.registered_on)),
        "state": bill.state,
        "label": LABELS[bill.state],
        "amount_fen": bill.amount_fen,
        "since_at": bill.moved_at.isoformat(),
        "tries": bill.tries,
        "next_try_at": bill.next_try_at.isoformat() if bill.next_try_at else None,
        "open_questions": [
            QUESTIONS.get(code).title_zh for code, told in bill.evidence.items() if told == "no_answer"
        ],
    }
