"""Subjects of the national accounting rules for housing provident funds (财会字〔1999〕33号). Pure."""

from enum import StrEnum


class Side(StrEnum):
    """The side on which a subject's balance normally stands."""

    DEBIT = "debit"
    CREDIT = "credit"


class Subject(StrEnum):
    """A subject number of the national chart that this hall's books use."""

    FUND_AT_BANK = "101"
    LOANS = "121"
    OVERDUE_LOANS = "122"
    PERSONAL_FUND = "201"
    INTEREST_PAYABLE = "211"
    IN_CLEARING = "21901"
    RECEIVED_UNBOOKED = "21902"
    LOAN_INTEREST_INCOME = "40103"
    FUND_INTEREST_EXPENSE = "41101"


TITLES: dict[Subject, str] = {
    Subject.FUND_AT_BANK: "住房公积金存款",
    Subject.LOANS: "委托贷款",
    Subject.OVERDUE_LOANS: "逾期贷款",
    Subject.PERSONAL_FUND: "住房公积金",
    Subject.INTEREST_PAYABLE: "应付利息",
    Subject.IN_CLEARING: "其他应付款（清算）",
    Subject.RECEIVED_UNBOOKED: "其他应付款（暂收款）",
    Subject.LOAN_INTEREST_INCOME: "委托贷款利息收入",
    Subject.FUND_INTEREST_EXPENSE: "住房公积金利息支出",
}

DEBIT_SIDE = frozenset(
    {Subject.FUND_AT_BANK, Subject.LOANS, Subject.OVERDUE_LOANS, Subject.FUND_INTEREST_EXPENSE}
)


def side_of(subject: Subject) -> Side:
    """Where the subject's balance normally stands."""
    return Side.DEBIT if subject in DEBIT_SIDE else Side.CREDIT
