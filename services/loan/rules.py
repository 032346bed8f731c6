"""What a loan counts as, given its lines. Pure."""

from collections.abc import Iterable
from typing import Final

# Penalty is no principal or interest of the loan, a disbursement no repayment.
REPAYING_KINDS: Final = frozenset(
    {"instalment", "prepayment", "overdue_payment", "fund_repayment", "settlement"}
)


def repaid_fen(lines: Iterable[tuple[str, int, int]]) -> int:
    """Principal and interest actually repaid, from (kind, principal_fen, interest_fen).

    The ceiling of a loan withdrawal for the couple together (domain: 还贷提取, 青住金规〔2019〕4号 art. 30).
    """
    return sum(principal + interest for kind, principal, interest in lines if kind in REPAYING_KINDS)


def in_arrears(overdue_principal_fen: int, overdue_interest_fen: int) -> bool:
    """Whether the books carry anything overdue."""
    return overdue_principal_fen + overdue_interest_fen > 0
