"""Runs importers as the hall does, each in its own process, and looks at what they left."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[3]
KEPT = ("alembic_version_common", "alembic_version_auth", "alembic_version_deposit", "alembic_version_loan")
# The order of rows, and times of the machine's clock, may differ between equal imports.
STATES: dict[str, tuple[tuple[LiteralString, LiteralString], ...]] = {
    "deposit": (
        (
            "postings",
            "voucher, line, debit, credit, amount_fen, kind, for_month, employer_part_fen, value_on",
        ),
        ("ledger_accounts", "number, balance_fen, held_fen, carried_fen"),
        ("accounts", "fund_number, state, freeze_flag, contribution_base_fen, imported_as"),
        ("imported_withdrawals", "line_number, fund_number, national_reason, drawn_on, amount_fen"),
        ("cards", "fund_number, bank_code, bound_at"),
        ("employers", "number, name"),
        ("import_refusals", "book, line, reason"),
    ),
    "auth": (
        ("people", "fund_number, id_number_index, phone_index, professional_since_on"),
        ("import_refusals", "book, line, reason"),
    ),
    "loan": (
        (
            "contracts",
            "contract_number, borrower_fund_number, outstanding_principal_fen, overdue_principal_fen",
        ),
        ("repayments", "line_number, kind, booked_on, principal_fen, interest_fen, penalty_fen"),
        ("import_refusals", "book, line, reason"),
    ),
}

_SETTLE_INTEREST = """
from services.common.database import DatabaseAccess
from services.common.logs import set_up_logs
from services.common.settings import settings
from services.deposit.interest import job
set_up_logs("deposit")
job.work(DatabaseAccess(settings().database_url))
"""

Refused = list[tuple[str, int, str]]


@dataclass
class Desk:
    """The environments of the services whose importers are tried."""

    environments: dict[str, dict[str, str]]

    def load(self, service: str, folder: Path) -> Refused:
        """Run the importer to its end; what it refused."""
        done = subprocess.run(self._command(service, folder), **self._options(service), check=True)
        return [
            (words["file"], words["line"], words["reason"])
            for words in map(json.loads, done.stdout.splitlines())
            if words["event"] == "refused"
        ]

    def told(self, service: str, folder: Path, *options: str) -> tuple[int, str]:
        """Run the importer; its status and all it wrote."""
        command = [*self._command(service, folder), *options]
        done = subprocess.run(command, **self._options(service), check=False)
        return done.returncode, done.stdout + done.stderr

    def kill_after(self, service: str, folder: Path, file: str, times: int) -> None:
        """Run the importer and kill it when it has told `times` times that lines of `file` are booked."""
        with subprocess.Popen(self._command(service, folder), **self._piped(service)) as importer:
            for words in map(json.loads, importer.stdout or ()):
                times -= words["event"] == "progressed" and words["file"] == file
                if times == 0:
                    importer.kill()
                    return
        raise AssertionError("the importer ended before it was killed")

    def settle_interest(self) -> str:
        """Let the deposit service do what is due of the yearly interest; what it wrote into its log."""
        command = [sys.executable, "-c", _SETTLE_INTEREST]
        return str(subprocess.run(command, **self._options("deposit"), check=True).stdout)

    def rows(self, service: str, query: LiteralString) -> list[tuple[Any, ...]]:
        """What the owner of the service's tables sees."""
        with self._connect(service) as connection:
            return connection.execute(query).fetchall()

    def state(self, service: str) -> dict[str, tuple[int, str]]:
        """Number of rows and a digest of what an import leaves in each table."""
        return {table: self._digest(service, table, columns) for table, columns in STATES[service]}

    def empty(self) -> None:
        """Leave nothing but the tables and the ledger's own subjects."""
        for service in self.environments:
            with self._connect(service) as connection:
                tables = sql.SQL(", ").join(map(sql.Identifier, self._tables(connection)))
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
                if service == "deposit":
                    connection.execute("DELETE FROM ledger_accounts WHERE keeps_balance")

    def _tables(self, connection: psycopg.Connection) -> Iterator[str]:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return (name for (name,) in found if name not in (*KEPT, "ledger_accounts"))

    def _digest(self, service: str, table: LiteralString, columns: LiteralString) -> tuple[int, str]:
        rows = sorted(map(repr, self.rows(service, f"SELECT {columns} FROM {table}")))  # noqa: S608
        return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def _connect(self, service: str) -> psycopg.Connection:
        url = self.environments[service]["OWNER_DATABASE_URL"]
        return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)

    def _command(self, service: str, folder: Path) -> list[str]:
        return [sys.executable, "-m", f"services.{service}.importing", str(folder)]

    def _options(self, service: str) -> dict[str, Any]:
        return {
            "env": os.environ | self.environments[service],
            "cwd": ROOT,
            "capture_output": True,
            "text": True,
        }

    def _piped(self, service: str) -> dict[str, Any]:
        return {"env": os.environ | self.environments[service], "cwd": ROOT, "stdout": subprocess.PIPE}
