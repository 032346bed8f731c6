"""The files of a set of books, written as they are told so that any size needs the same memory."""

import json
from collections import Counter
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from ops.books import rows
from ops.books.figures import Figures
from ops.books.households import Employer
from ops.books.ledger import AccountFold, fold_account
from ops.books.loans import fold_loan
from ops.books.registers import REGISTERS, Record, records_of
from ops.books.situations import Depositor, Household
from services.common.national_standard import books

_BUFFER_BYTES = 1 << 20
_Row = rows.Row


class Writing:
    """The open files of one folder; a context manager that leaves whole files or an exception."""

    def __init__(self, folder: Path, today: date, figures: Figures) -> None:
        self._folder = folder
        self._today = today
        self._figures = figures
        self._open = ExitStack()
        self._files: dict[str, TextIO] = {}
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        (self._folder / "registers").mkdir(parents=True, exist_ok=True)
        for book in books.BOOKS:
            self._files[book.name] = self._opened(book.file_name)
            self._files[book.name].write(",".join(book.header) + "\n")
        for register in REGISTERS:
            self._files[register] = self._opened(f"registers/{register}.jsonl")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def employer(self, employer: Employer, opened_on: date) -> None:
        """Write an employer."""
        self._line("employers", rows.employer_row(employer, opened_on))

    def household(self, household: Household) -> None:
        """Write everything that is known of a household."""
        for depositor in household.depositors:
            self._depositor(depositor)
        self._line("couples", rows.couple_row(household))
        if household.loan:
            self._loan(household)
        for register, record in records_of(household, self._today):
            self.register(register, record)

    def register(self, register: str, record: Record) -> None:
        """Write what a register answers about somebody."""
        self._files[register].write(json.dumps(record, ensure_ascii=False) + "\n")
        self.counts[register] += 1

    def _depositor(self, depositor: Depositor) -> AccountFold:
        fold = fold_account(depositor.plan, self._today, self._figures)
        self._line("depositors", rows.depositor_row(depositor))
        self._line("accounts", rows.account_row(depositor, fold))
        self._line("cards", rows.card_row(depositor))
        self._line("agreements", rows.agreement_row(depositor))
        lines = [",".join(row) for row in rows.ledger_rows(depositor.person.fund_number, fold)]
        self._files["ledger_lines"].write("\n".join(lines) + "\n")
        self.counts["ledger_lines"] += len(lines)
        return fold

    def _loan(self, household: Household) -> None:
        if household.loan is None:
            return
        fold = fold_loan(household.loan, self._today, self._figures)
        self._line("loan_contracts", rows.contract_row(household, fold))
        for row in rows.repayment_rows(rows.contract_number(household), fold):
            self._line("loan_repayments", row)

    def _line(self, book: str, row: _Row | None) -> None:
        """No value of ours holds a comma, a quote or a line break, so none is quoted."""
        if row is not None:
            self._files[book].write(",".join(row) + "\n")
            self.counts[book] += 1

    def _opened(self, name: str) -> TextIO:
        place = self._folder / name
        return self._open.enter_context(place.open("w", _BUFFER_BYTES, encoding="utf-8", newline="\n"))
