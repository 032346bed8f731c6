"""Tells the stand-ins of the outside registers what a folder of made-up books says about its people."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import requests

RECORDS_A_CALL = 10_000
_TIMEOUT_S = 60


def load_registers(folder: Path, sandbox_url: str, progressed: Callable[[str, int], None]) -> None:
    """Put every record in place; putting it again changes nothing. Raises requests.RequestException.

    Real registers have their own records: only a rehearsal has a sandbox to tell.
    """
    for place in sorted((folder / "registers").glob("*.jsonl")):
        with place.open(encoding="utf-8") as lines:
            for done, records in _calls(lines):
                url = f"{sandbox_url}/registers/{place.stem}/records"
                requests.put(url, json={"records": records}, timeout=_TIMEOUT_S).raise_for_status()
                progressed(f"registers/{place.name}", done)


def _calls(lines: Iterator[str]) -> Iterator[tuple[int, list[object]]]:
    """Records by the call, each with how many were told then."""
    done = 0
    while records := [json.loads(line) for line in islice(lines, RECORDS_A_CALL)]:
        done += len(records)
        yield done, records
