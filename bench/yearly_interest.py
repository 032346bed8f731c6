"""The yearly settlement: a million accounts with a year of lines each, beside one bare INSERT of its rows.

The books are made in SQL on servers of their own. The service's process settles them twice from the same
start: once left alone, once killed again and again; both must end with one digest.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from bench.measure import cpu_ms
from ops import servers
from ops.environment import Environment
from ops.places import CHECKOUT, Home
from ops.state import seen

SETTLED_AT = datetime(2027, 6, 30, 16, 0, 5, tzinfo=UTC)
LOOK_EVERY_S = 0.5
MOST_S = 1800.0
PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many accounts, months of lines each, kills in the second run, seed of their moments."""

    accounts: int = 1_000_000
    months: int = 12
    kills: int = 8
    seed: int = 1


@dataclass(frozen=True)
class Settled:
    """One run: seconds from its first to its last batch, its digest, the service's largest memory in MiB."""

    seconds: float
    digest: str
    interest_fen: int
    memory_mib: float
    starts: int
    cpu_ms: dict[str, float]


_BOOKS = """
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO accounts (fund_number, name, id_number, id_index, state, opened_on, contribution_base_fen,
                      employer_rate_percent, person_rate_percent, employer_monthly_fen, person_monthly_fen)
SELECT '3702' || lpad(n::text, 8, '0'), repeat('x', 60)::bytea, repeat('x', 60)::bytea,
       decode(md5(n::text) || md5((-n)::text), 'hex'), 'normal', '2020-01-01', 500000, 12, 12, 60000, 60000
  FROM generate_series(1, {accounts}) AS n;
INSERT INTO ledger_accounts (number, subject, keeps_balance, balance_fen)
SELECT '201-3702' || lpad(n::text, 8, '0'), '201', true, {months} * 120000 + (n % 1000) * {months}
  FROM generate_series(1, {accounts}) AS n;
ALTER TABLE postings DROP CONSTRAINT posting_once;
{drop_indexes};
INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, for_month, value_on, booked_at)
SELECT 'remit/' || month || '/' || n, 1, '101', '201-3702' || lpad(n::text, 8, '0'), 120000 + n % 1000,
       'remittance', ('2026-06-01'::date + month * interval '1 month')::date,
       ('2026-06-10'::date + month * interval '1 month' + (n % 15) * interval '1 day')::date, now()
  FROM generate_series(1, {months}) AS month, generate_series(1, {accounts}) AS n;
ALTER TABLE postings ADD CONSTRAINT posting_once UNIQUE (voucher, line);
{make_indexes};
"""
# Filling is faster without them, and they are made again as the migrations made them.
_INDEXES = """
SELECT indexname AS name, indexdef AS made_by FROM pg_indexes
 WHERE tablename = 'postings' AND indexname LIKE 'postings_by_%'
"""
_COLUMNS = "voucher, line, debit, credit, amount_fen, kind, value_on, booked_at, trace"
_BOOKED = f"SELECT {_COLUMNS} FROM postings WHERE kind = 'yearly_interest' AND credit LIKE '201-%'"
_EMPTY_TABLE = """
CREATE TABLE bare (LIKE postings INCLUDING ALL);
ALTER TABLE bare ADD FOREIGN KEY (debit) REFERENCES ledger_accounts (number);
ALTER TABLE bare ADD FOREIGN KEY (credit) REFERENCES ledger_accounts (number);
"""


def yearly_interest(home: Home, plan: Plan) -> dict[str, Any]:
    """Settle both times and compare; the figures by name. RuntimeError when the digests differ."""
    servers.stop(home)
    shutil.rmtree(home.path, ignore_errors=True)
    environments = servers.start(home)
    try:
        desk = Desk(home, environments["deposit"])
        desk.make_books(plan)
        alone = desk.settle([])
        rows = desk.take_rows()
        desk.restore()
        empty_table_s, bare_s = desk.bare_inserts(rows)
        desk.restore()
        pauses = random.Random(plan.seed)  # noqa: S311  # moments of kills, not secrets
        killed = desk.settle(
            [pauses.uniform(0.1, 0.9) * alone.seconds / plan.kills for _ in range(plan.kills)]
        )
    finally:
        servers.stop(home)
    if alone.digest != killed.digest or alone.interest_fen != killed.interest_fen:
        raise RuntimeError("a killed settlement ended otherwise")
    return {
        "accounts": plan.accounts,
        "settled_s": round(alone.seconds, 1),
        "bare_insert_s": round(bare_s, 1),
        "times_the_bare_insert": round(alone.seconds / bare_s, 2),
        "bare_insert_into_an_empty_table_s": round(empty_table_s, 1),
        "cpu_s": {name: round(spent / 1000, 1) for name, spent in alone.cpu_ms.items()},
        "memory_mib": round(max(alone.memory_mib, killed.memory_mib), 1),
        "starts_when_killed": killed.starts,
        "same_digest": True,
        "digest": alone.digest,
        "interest_fen": alone.interest_fen,
        "plan": vars(plan),
    }


class Desk:
    """The deposit service's database and its one process."""

    def __init__(self, home: Home, environment: Environment) -> None:
        self._home, self._environment = home, environment | {"METRICS_PORT": "0"}
        self._clock = Path(environment["HALL_CLOCK_FILE"])

    def make_books(self, plan: Plan) -> None:
        """An empty deposit database, filled with the accounts, kept as a template."""
        self._migrate()
        with self._connected() as connection:
            indexes = connection.execute(_INDEXES).fetchall()
            books = _BOOKS.format(
                accounts=plan.accounts,
                months=plan.months,
                drop_indexes=";".join(f"DROP INDEX {index['name']}" for index in indexes),
                make_indexes=";".join(index["made_by"] for index in indexes),
            )
            connection.execute(books.encode())
        with self._connected() as connection:
            connection.execute("VACUUM ANALYZE")
        self._as_owner_of_all("CREATE DATABASE interest_start TEMPLATE deposit")

    def restore(self) -> None:
        """The books as they were made."""
        self._as_owner_of_all("DROP DATABASE deposit WITH (FORCE)")
        self._as_owner_of_all("CREATE DATABASE deposit TEMPLATE interest_start OWNER deposit_owner")

    def settle(self, kill_after_s: list[float]) -> Settled:
        """Let the service settle until the run has finished, killing it after each of these pauses."""
        self._clock.parent.mkdir(parents=True, exist_ok=True)
        self._clock.write_text(str(int(SETTLED_AT.timestamp() - time.time())))
        roots = {row.name: row.pid for row in seen(self._home) if row.name == "postgresql"}
        before, kills, most_mib, starts = cpu_ms(roots), list(kill_after_s), 0.0, 0
        spent_by_service = 0.0
        ends_at = time.monotonic() + MOST_S
        while time.monotonic() < ends_at:
            with self._service() as process:
                starts += 1
                pause_s = kills.pop(0) if kills else MOST_S
                most_mib = max(most_mib, self._watch(process, pause_s))
                spent_by_service += cpu_ms({"deposit": process.pid})["deposit"]
            if (run := self._finished()) is not None:
                after = cpu_ms(roots)
                spent = {name: after[name] - before[name] for name in roots} | {"deposit": spent_by_service}
                return Settled(**run, memory_mib=most_mib, starts=starts, cpu_ms=spent)
        raise TimeoutError("the settlement did not end")

    def take_rows(self) -> Path:
        """The interest that was booked, in a file beside the servers."""
        place = self._home.path / "interest_rows"
        with (
            self._connected() as connection,
            place.open("wb") as file,
            connection.cursor().copy(f"COPY ({_BOOKED}) TO STDOUT".encode()) as rows,
        ):
            for block in rows:
                file.write(block)
        return place

    def bare_inserts(self, rows: Path) -> tuple[float, float]:
        """Seconds of one INSERT of these rows: into an empty table like the ledger, into the ledger."""
        with self._connected() as connection:
            connection.execute(f"CREATE TABLE given AS {_BOOKED} LIMIT 0".encode())
            with rows.open("rb") as file, connection.cursor().copy("COPY given FROM STDIN") as given:
                while block := file.read(1 << 20):
                    given.write(block)
            connection.execute(_EMPTY_TABLE)
            return _seconds_to_insert(connection, "bare"), _seconds_to_insert(connection, "postings")

    @contextmanager
    def _service(self) -> Iterator[subprocess.Popen[bytes]]:
        log = (self._home.path / "deposit-bench.log").open("ab")
        words = [sys.executable, "-m", "services.common.run", "deposit"]
        process = subprocess.Popen(words, env=self._environment, cwd=CHECKOUT, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            log.close()

    def _watch(self, process: subprocess.Popen[bytes], pause_s: float) -> float:
        """Wait for the end of the run or of the pause; the largest memory seen, in MiB."""
        most, began, ends_at = 0.0, self._progress(), time.monotonic() + MOST_S
        kill_at: float | None = None
        while time.monotonic() < ends_at and self._finished() is None:
            if process.poll() is not None:
                raise RuntimeError("the deposit service ended by itself")
            most = max(most, _resident_mib(process.pid))
            # The pause counts from the first batch of this process: starting is not what is measured.
            if kill_at is None and self._progress() > began:
                kill_at = time.monotonic() + pause_s
            if kill_at is not None and time.monotonic() >= kill_at:
                break
            time.sleep(min(LOOK_EVERY_S, pause_s))
        return most

    def _progress(self) -> int:
        with self._connected() as connection:
            row = connection.execute("SELECT count(*) AS batches FROM interest_batches").fetchone()
        return int(row["batches"]) if row else 0

    def _finished(self) -> dict[str, Any] | None:
        with self._connected() as connection:
            run = connection.execute("SELECT * FROM interest_runs WHERE number = '2027'").fetchone()
            if run is not None and run["state"] == "halted":
                raise RuntimeError(f"the two computations differ: {run['trouble']}")
            if run is None or run["state"] != "finished":
                return None
            batches = connection.execute(
                "SELECT min(booked_at) AS first, max(booked_at) AS last, sum(interest_fen) AS interest_fen,"
                " count(*) AS batches FROM interest_batches"
            ).fetchone()
        if batches is None:
            return None
        # From the first batch's end to the last one's, and one batch more.
        spanned = (batches["last"] - batches["first"]).total_seconds()
        seconds = spanned * batches["batches"] / max(1, batches["batches"] - 1)
        return {"seconds": seconds, "digest": run["digest"], "interest_fen": int(batches["interest_fen"])}

    def _migrate(self) -> None:
        words = [sys.executable, "-m", "services.common.migrate", "deposit"]
        subprocess.run(words, env=self._environment, cwd=CHECKOUT, check=True)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[DictRow]]:
        with psycopg.connect(self._superuser("deposit"), autocommit=True, row_factory=dict_row) as connection:
            yield connection

    def _as_owner_of_all(self, statement: str) -> None:
        with psycopg.connect(self._superuser("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _superuser(self, database: str) -> str:
        from ops.environment import Setting, database_url

        url = database_url(Setting.of(self._home), database, "postgres")
        return url.replace("postgresql+psycopg://", "postgresql://")


def _seconds_to_insert(connection: psycopg.Connection[DictRow], table: str) -> float:
    connection.execute("CHECKPOINT")
    began_at = time.monotonic()
    connection.execute(f"INSERT INTO {table} ({_COLUMNS}) SELECT * FROM given".encode())
    return time.monotonic() - began_at


def _resident_mib(pid: int) -> float:
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0
