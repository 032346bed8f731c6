"""What a slip (业务回单) says of a withdrawal, once it is booked."""

import json

from sqlalchemy.orm import Session

from services.common.papers.slips import Ended, card_words, moment_of_step, no_slip, summary, voucher_words
from services.common.papers.verifying import PaperKind, Verifying
from services.withdrawal import views
from services.withdrawal.cases import figures_on
from services.withdrawal.forms import SETTLEMENTS
from services.withdrawal.models import Attempt, Slip, VerificationAttempt
from services.withdrawal.reasons import REASONS
from services.withdrawal.states import WITHDRAWAL

VERIFYING = Verifying(VerificationAttempt, PaperKind(name="slip", table=Slip, told=summary))


def told(session: Session, fund_number: str, number: str) -> Ended:
    """The own bill of that number; its name is that of the card it was paid to."""
    bill = views.own_bill(session, fund_number, number)
    attempt = session.get_one(Attempt, (bill.number, bill.attempt))
    if attempt.booked_on is None:
        raise no_slip(WITHDRAWAL, bill.state)
    payee = json.loads(attempt.payee)
    return Ended(
        bill_number=bill.number,
        business="住房公积金提取",
        matter=REASONS.get(bill.reason).title(figures_on(bill.registered_on)),
        name=payee["holder_name"],
        fund_number=fund_number,
        amount_fen=bill.amount_fen,
        booked_on=attempt.booked_on,
        parts={"本金": attempt.principal_fen, "结算利息": attempt.interest_fen},
        facts={
            "结算方式": SETTLEMENTS.get(bill.settlement).title_zh,
            "收款借记卡": card_words(payee),
            "账户处理": "提取后销户" if bill.closes_account else None,
            "付款指令号": attempt.order_number,
            "银行流水号": attempt.bank_serial,
            "记账凭证": voucher_words(attempt.voucher),
        },
        times={
            "登记时间": bill.registered_at,
            "支付时间": moment_of_step(session, WITHDRAWAL.name, number, "confirm"),
            "记账时间": moment_of_step(session, WITHDRAWAL.name, number, "book"),
        },
    )
