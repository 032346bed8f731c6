"""The tables of loan: contracts as the books hold them, and every line of what was lent and repaid."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NOW = text("clock_timestamp()")
CONTRACT_NUMBER = String(30)
FUND_NUMBER = String(12)


class Model(DeclarativeBase):
    """Base of loan's own tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Contract(Model):
    """A fund loan contract (借款合同). Rates in hundred-thousandths a year; arrears as the books say."""

    __tablename__ = "contracts"
    contract_number: Mapped[str] = mapped_column(CONTRACT_NUMBER, primary_key=True)
    borrower_fund_number: Mapped[str] = mapped_column(FUND_NUMBER)
    co_borrower_fund_number: Mapped[str | None] = mapped_column(FUND_NUMBER)
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    annual_rate_hundred_thousandths: Mapped[int]
    instalments: Mapped[int]
    repayment_method: Mapped[str] = mapped_column(String(20))
    disbursed_on: Mapped[date]
    repayment_day: Mapped[int]
    outstanding_principal_fen: Mapped[int] = mapped_column(BigInteger)
    overdue_principal_fen: Mapped[int] = mapped_column(BigInteger)
    overdue_interest_fen: Mapped[int] = mapped_column(BigInteger)
    overdue_instalments: Mapped[int]
    settled_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        CheckConstraint("principal_fen > 0", name="contracts_principal"),
        CheckConstraint("instalments BETWEEN 1 AND 360", name="contracts_instalments"),
        CheckConstraint(
            "outstanding_principal_fen BETWEEN 0 AND principal_fen", name="contracts_outstanding"
        ),
        CheckConstraint(
            "overdue_principal_fen BETWEEN 0 AND outstanding_principal_fen AND overdue_interest_fen >= 0",
            name="contracts_overdue",
        ),
        CheckConstraint("settled_on IS NULL OR outstanding_principal_fen = 0", name="contracts_settled"),
        CheckConstraint("borrower_fund_number <> co_borrower_fund_number", name="contracts_two_people"),
        Index("contracts_by_borrower", "borrower_fund_number"),
        Index("contracts_by_co_borrower", "co_borrower_fund_number"),
    )


class Repayment(Model):
    """One line of a loan account (贷款业务明细), disbursement included. Append only."""

    __tablename__ = "repayments"
    line_number: Mapped[str] = mapped_column(String(34), primary_key=True)
    contract_number: Mapped[str] = mapped_column(ForeignKey("contracts.contract_number"))
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    booked_on: Mapped[date]
    instalment: Mapped[int]
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    interest_fen: Mapped[int] = mapped_column(BigInteger)
    penalty_fen: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        CheckConstraint(
            "principal_fen >= 0 AND interest_fen >= 0 AND penalty_fen >= 0", name="repayments_parts"
        ),
        Index("repayments_by_contract", "contract_number", "booked_on"),
    )
