"""Tries every seeded bug: its scenario has to pass the checker without it, and to fail with it."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from ops.prove.bugs import Bug
from ops.prove.citizen import A_MINUTE_S, Occasion
from ops.prove.client import Client, GaveUp
from ops.prove.contributor import Contributor
from ops.prove.history import History
from ops.prove.paying_in import PAYING_IN
from ops.prove.people import Citizen
from ops.prove.rehearsal import Verdict, judged
from ops.prove.scenarios import Refused, Scenario, account_closed
from ops.prove.stage import Stage, StageFailed

PEOPLE_A_BUG = 3
# One without the bug and one with it; depositors are some more, as not every one of them will do.
FREELANCERS_A_BUG = 2
REST_S = 40.0
# With the bug the hall gets twice the time to come to rest that it needed without, and some more.
SPARE_S = 5.0
# Written beside its file by a patch that ends the process once.
CRASHED = "*.crashed"


class PatchFailed(Exception):
    """A patch does not fit the source any more."""


class Trials:
    """The seeded bugs one after the other in one hall, each with citizens of its own."""

    def __init__(self, stage: Stage, citizens: Sequence[Citizen], say: Callable[[str], None]) -> None:
        self._stage = stage
        self._freelancers = [one for one in citizens if one.freelancer]
        self._retirees = [one for one in citizens if "retirement" in one.reasons]
        self._others = [one for one in citizens if one not in self._freelancers and one not in self._retirees]
        self._say = say
        self._controls: dict[tuple[str, tuple[str, ...]], Verdict] = {}

    def run(self, bugs: Sequence[Bug]) -> dict[str, bool]:
        """Whether each bug was caught; one whose scenario is not well without it does not count as caught."""
        return {bug.name: self._caught(bug) for bug in bugs}

    def _caught(self, bug: Bug) -> bool:
        control = self._without(bug)
        if not control.is_well:
            return False
        verdict = self._played(bug, bug.patches, 2 * control.rested_after_s + SPARE_S)
        shown = sorted({finding.kind for finding in verdict.findings})
        first = verdict.findings[0].what if verdict.findings else ""
        self._say(f"{bug.name}: {'caught, ' + ', '.join(shown) if shown else 'NOT CAUGHT'} {first}")
        return not verdict.is_well

    def _without(self, bug: Bug) -> Verdict:
        name = bug.scenario.__name__, bug.ground
        if name not in self._controls:
            self._controls[name] = self._played(bug, bug.ground_patches, REST_S)
            for finding in self._controls[name].findings:
                self._say(f"{bug.scenario.__name__} WITHOUT A BUG: {finding.kind}: {finding.what}")
        return self._controls[name]

    def _played(self, bug: Bug, patches: Sequence[Path], limit_s: float) -> Verdict:
        client, history = Client(self._stage, self._citizen(bug.scenario)), History()
        client.first_visit()
        self._stage.move_clock(A_MINUTE_S)
        with self._patched(bug, patches):
            self._walk(bug.scenario, client, history)
            return judged(self._stage, [client], history, limit_s=limit_s)

    def _walk(self, scenario: Scenario, client: Client, history: History) -> None:
        occasion = Occasion(
            history=history, seed=scenario.__name__, progress=lambda: 1.0, over=threading.Event()
        )
        actor = Contributor(client, occasion)
        actor.echo_share = 0.0
        try:
            scenario(actor)
        except (GaveUp, Refused, requests.RequestException) as trouble:
            self._say(f"{scenario.__name__} stopped: {trouble}")

    def _citizen(self, scenario: Scenario) -> Citizen:
        if scenario in PAYING_IN:
            return self._freelancers.pop()
        return (self._retirees if scenario is account_closed else self._others).pop()

    @contextmanager
    def _patched(self, bug: Bug, patches: Sequence[Path]) -> Iterator[None]:
        """Patches in the copied source and the processes that run it started anew; afterwards all undone."""
        for marker in self._stage.source.rglob(CRASHED):
            marker.unlink()
        applied: list[Path] = []
        try:
            for patch in patches:
                apply(self._stage.source, patch)
                applied.append(patch)
            self._renew(bug, applied)
            yield
        finally:
            self._stage.clear_faults()
            for patch in reversed(applied):
                apply(self._stage.source, patch, "--reverse")
            self._renew(bug, applied)

    def _renew(self, bug: Bug, applied: Sequence[Path]) -> None:
        if applied:
            began_at = time.monotonic()
            self._stage.restart(bug.restart)
            self._stage.wait_until_all_run()
            if time.monotonic() - began_at > 60:
                raise StageFailed(f"{bug.restart} took too long")


def apply(source: Path, patch: Path, *options: str) -> None:
    """Apply a patch to a copy of the source. Raises PatchFailed with git's words when it does not fit."""
    # The copy may lie inside a checkout; without this git would take the paths from there.
    surroundings = os.environ | {"GIT_CEILING_DIRECTORIES": str(source.parent)}
    done = subprocess.run(
        ["git", "apply", *options, str(patch)],
        cwd=source,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PatchFailed(f"{patch.name}: {done.stderr.strip()}")
