"""What a depositor reads beside a line of the ledger. Pure."""

from services.common.national_standard.code_lists import LEDGER_LINE_KINDS, REVERSAL_MARKS

# Kinds that the national list A.5 has no word for: there they stand under 99 其他.
OWN_KINDS = {"closing_interest": "销户结息"}


def label_of(kind: str, *, reversal: bool = False) -> str:
    """The Chinese words for a kind of ledger line, 汇缴（冲账） where it takes one back.

    Raises LookupError for a kind that neither list has.
    """
    label = OWN_KINDS.get(kind) or LEDGER_LINE_KINDS.title_of(kind)
    return f"{label}（{REVERSAL_MARKS.title_of('reversal')}）" if reversal else label
