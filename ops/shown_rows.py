"""A pytest plugin that writes down which acceptance rows the tests of this run have shown."""

import time
from collections import defaultdict
from typing import Any

import pytest

from ops.files import write_json
from ops.places import Home


class ShownRows:
    """Collects the outcome of every test that carries `@pytest.mark.feature`."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.outcomes: dict[str, dict[str, str]] = defaultdict(dict)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Any:
        """Note for each row of the test how this phase of it ended."""
        outcome = yield
        report: pytest.TestReport = outcome.get_result()
        for row in rows_of(item):
            ended = self.outcomes[row].get(report.nodeid, "passed" if report.when == "call" else "not run")
            self.outcomes[row][report.nodeid] = worse_of(ended, report)

    def pytest_sessionfinish(self) -> None:
        """Write the rows with their tests."""
        rows = {row: dict(sorted(tests.items())) for row, tests in sorted(self.outcomes.items())}
        self.home.path.mkdir(parents=True, exist_ok=True)
        write_json(self.home.results_file, {"finished_at": int(time.time()), "rows": rows}, mode=0o644)


def rows_of(item: pytest.Item) -> list[str]:
    """List the acceptance rows a test carries, on itself, its class or its file."""
    return sorted({str(row) for mark in item.iter_markers("feature") for row in mark.args})


def worse_of(ended: str, report: pytest.TestReport) -> str:
    """Combine how a test stood with one more phase: passed needs the call, and nothing may fail."""
    if report.failed or ended == "failed":
        return "failed"
    if report.skipped or ended == "skipped":
        return "skipped"
    return "passed" if report.when == "call" else ended


def pytest_configure(config: pytest.Config) -> None:
    """Join the run, unless it only lists tests."""
    if not config.option.collectonly:
        config.pluginmanager.register(ShownRows(Home.chosen()), "shown-rows")
