"""What a depositor reads beside a line of the ledger. Pure."""

from services.common.national_standard.code_lists import LEDGER_LINE_KINDS

# Kinds that the national list A.5 has no word for: there they stand under 99 其他.
OWN_KINDS = {"closing_interest": "销户结息"}


def label_of(kind: str) -> str:
    """The Chinese words for a kind of ledger line. Raises LookupError for one that neither list has."""
    return OWN_KINDS.get(kind) or LEDGER_LINE_KINDS.title_of(kind)
