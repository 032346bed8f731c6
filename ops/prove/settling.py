"""How a year ends in a proof: the clock goes past 30 June, and interest is booked while processes are killed.

The scenarios lead a depositor's account to where a seeded bug of the settlement would show; well without it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import psycopg

from ops.clock import offset_of
from ops.prove.citizen import Actor
from ops.prove.contributor import Contributor
from ops.prove.facts import left_over
from ops.prove.finding import UNFINISHED, Finding
from ops.prove.scenarios import Scenario, first, must, rested
from ops.prove.stage import Stage, reached
from ops.prove.year_end import NEWEST_RUN, check_year_end, read_year_end
from services.common.clock import CHINA
from services.common.importing.loading import ONE_IMPORT_AT_A_TIME

# What works at it, or keeps what it books.
KILLED = ("deposit", "postgresql", "deposit")
SETTLED_S = 60.0
AT_WORK_S = 30.0
LOOK_S = 0.01
BATCHES = "SELECT count(*) AS batches FROM interest_batches"
FREEZE = "UPDATE accounts SET freeze_flag = 'no_movement' WHERE fund_number = %s"
Say = Callable[[str], None]


def year_ends(stage: Stage) -> str:
    """Move business time to the morning after the next 30 June; the number of the settlement then due."""
    now = datetime.now(CHINA) + offset_of(stage.home)
    year = now.year if now.date() <= date(now.year, 6, 30) else now.year + 1
    morning = datetime(year, 7, 1, 9, tzinfo=CHINA)
    stage.move_clock(round((morning - now).total_seconds()))
    return str(year)


def is_settled(stage: Stage, number: str) -> bool:
    """Whether this settlement, the newest, is through."""
    runs = stage.rows("deposit", NEWEST_RUN)
    return bool(runs) and (runs[0]["number"], runs[0]["state"]) == (number, "finished")


def settled_under_kills(stage: Stage, people: list[str], say: Say) -> tuple[list[Finding], list[str]]:
    """Let a year end, kill in the midst of the settlement, and check it: what is found, who was killed."""
    before = left_over(stage)
    number = year_ends(stage)
    killed = [name for name in KILLED if _killed_at_work(stage, name)]
    say(f"interest of {number}: killed at work {', '.join(killed) or 'nobody'}")
    stage.wait_until_all_run()
    found: list[Finding] = []

    def at_rest() -> bool:
        year = read_year_end(stage, people)
        found[:] = check_year_end(year) if year else []
        # What seeded bugs left about is none of the year's.
        since = {name: count - before.get(name, 0) for name, count in left_over(stage).items()}
        found.extend(Finding(UNFINISHED, f"{name}: {count}") for name, count in since.items() if count > 0)
        return is_settled(stage, number) and not found

    if not reached(at_rest, SETTLED_S) and not found:
        found.append(Finding(UNFINISHED, f"interest of {number} was not settled"))
    return found, killed


def _killed_at_work(stage: Stage, name: str) -> bool:
    """Kill the process as soon as another batch is through; False when there was none to meet."""
    before, until, pause = _batches(stage), time.monotonic() + AT_WORK_S, threading.Event()
    while time.monotonic() < until:
        if (now := _batches(stage)) is not None:
            if before is not None and now > before:
                return stage.kill(name)
            before = now if before is None else before
        pause.wait(LOOK_S)
    return False


def _batches(stage: Stage) -> int | None:
    """How many batches there are; None while the database is away."""
    try:
        return int(stage.rows("deposit", BATCHES)[0]["batches"])
    except psycopg.OperationalError:
        return None


def year_settled(actor: Actor) -> None:
    """The year ends, and interest is booked."""
    _wait_for(actor.client.stage, year_ends(actor.client.stage))


def frozen_at_the_years_end(actor: Actor) -> None:
    """The account is frozen when the year ends: nothing goes in or out, and it bears interest as before."""
    actor.client.stage.change("deposit", FREEZE, actor.name)
    year_settled(actor)


def drawn_before_the_run(actor: Contributor) -> None:
    """Money goes out after the year's end; the settlement waits meanwhile, for books being taken over."""
    stage = actor.client.stage
    with _books_taken_over(stage):
        number = year_ends(stage)
        rested(actor, must(actor.register(first(actor))))
    _wait_for(stage, number)


@contextmanager
def _books_taken_over(stage: Stage) -> Iterator[None]:
    with stage.holding("deposit", ONE_IMPORT_AT_A_TIME):
        yield


def _wait_for(stage: Stage, number: str) -> None:
    reached(lambda: is_settled(stage, number), SETTLED_S)


SETTLING: frozenset[Scenario] = frozenset({year_settled, frozen_at_the_years_end, drawn_before_the_run})
"""The scenarios that let a year end; nothing that counts months is played after them."""
