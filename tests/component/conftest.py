"""For every component test: nobody is asked anything while a transaction is open."""

import pytest

from tests.guards import watch_transactions


@pytest.fixture(autouse=True)
def no_call_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions are counted; stand-ins and clients look at the count."""
    watch_transactions(monkeypatch)
