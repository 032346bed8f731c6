"""What a program logs, as it leaves the process: named, traced, and without what is blanked out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from services.common.logs import set_up_logs

Lines = Callable[[], list[dict[str, Any]]]
Listen = Callable[[str], Lines]


def listening(capsys: pytest.CaptureFixture[str]) -> Listen:
    """Begins to log as a service, in the test itself; what it gives tells the lines logged since."""

    def begin(service: str) -> Lines:
        set_up_logs(service)
        structlog.configure(cache_logger_on_first_use=False)
        return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return begin
