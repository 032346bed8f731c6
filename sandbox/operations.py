"""The signed questions and orders: where each is asked, by whose key, what it must look like, who does it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox import bank, cards, face, income, registers, sms, transfers
from sandbox.answers import Answer
from sandbox.shapes import Shape
from sandbox.store import Store
from sandbox.told import Fault


@dataclass(frozen=True)
class Operation:
    """`act` does it; its third argument is a fault of mode "fail" or "unknown", or None."""

    path: str
    party: str
    target: str
    shape: Shape
    act: Callable[[Store, dict[str, Any], Fault | None], Answer]


def _register(name: str) -> Operation:
    act = partial(registers.ask, register=name)
    return Operation(f"/registers/{name}/query", "registers", f"registers.{name}", registers.QUERY, act)


OPERATIONS = (
    Operation("/bank/payouts", "bank", "bank.payouts", bank.ORDER, bank.pay),
    Operation("/bank/payouts/query", "bank", "bank.query", bank.ORDER_NUMBER, bank.query),
    Operation("/bank/payouts/close", "bank", "bank.close", bank.ORDER_NUMBER, bank.close),
    Operation("/bank/card-checks", "bank", "bank.card_checks", cards.CHECK, cards.check_card),
    Operation("/bank/debits", "bank", "bank.debits", income.DEBIT, income.DEBITS.execute),
    Operation("/bank/debits/query", "bank", "bank.debit_query", income.ORDER_NUMBER, income.DEBITS.query),
    Operation("/bank/debits/close", "bank", "bank.debit_close", income.ORDER_NUMBER, income.DEBITS.close),
    Operation("/bank/refunds", "bank", "bank.refunds", income.REFUND, income.REFUNDS.execute),
    Operation("/bank/refunds/query", "bank", "bank.refund_query", income.ORDER_NUMBER, income.REFUNDS.query),
    Operation("/bank/refunds/close", "bank", "bank.refund_close", income.ORDER_NUMBER, income.REFUNDS.close),
    Operation("/bank/payment-codes", "bank", "bank.codes", income.CODE, income.open_code),
    Operation("/bank/payment-codes/query", "bank", "bank.code_query", income.ORDER_NUMBER, income.query_code),
    Operation("/bank/payment-codes/close", "bank", "bank.code_close", income.ORDER_NUMBER, income.close_code),
    Operation("/face/verifications", "face", "face.verifications", face.ORDER, face.start),
    Operation("/face/verifications/query", "face", "face.query", face.ORDER_NUMBER, face.query),
    Operation("/face/verifications/close", "face", "face.close", face.ORDER_NUMBER, face.close),
    *(
        Operation(place, party, f"{party}.messages", sms.MESSAGE, partial(sms.send, party=party))
        for party, place in sms.PLACES.items()
    ),
    *(_register(name) for name in registers.REGISTERS),
    Operation("/transfers/letters", "transfers", "transfers.letters", transfers.LETTER, transfers.send),
    Operation("/transfers/letters/query", "transfers", "transfers.query", transfers.NAMED, transfers.query),
    Operation(
        "/transfers/letters/revocation",
        "transfers",
        "transfers.revocation",
        transfers.REVOCATION,
        transfers.revoke,
    ),
)
BY_PATH = {operation.path: operation for operation in OPERATIONS}
