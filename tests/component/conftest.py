"""For every component test: nobody is asked anything while a transaction is open."""

import pytest

from services.common import connecting, database
from services.common.waiting import HubConnection
from tests.guards import watch_transactions

IMPATIENT_S = 2


@pytest.fixture(autouse=True)
def no_call_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions are counted; stand-ins and clients look at the count."""
    watch_transactions(monkeypatch)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases are waited for as services do, which give one up after IMPATIENT_S without a word."""
    monkeypatch.setattr(database, "connection_class", lambda: HubConnection)
    monkeypatch.setattr(connecting, "ANSWER_S", IMPATIENT_S)
