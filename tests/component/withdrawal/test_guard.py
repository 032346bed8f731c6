"""The guard of all component tests bites: asking others inside a transaction fails the test."""

import pytest

from tests.component.withdrawal.stage import RENTER, Stage


@pytest.mark.failure("N9")
def test_who_asks_inside_a_transaction_is_caught(stage: Stage) -> None:
    request = stage.request(RENTER, "assess", {}, None)
    stage.deposit.call("assess", {"fund_number": RENTER}, request)
    with pytest.raises(AssertionError, match="a transaction is open"), stage.database.write():
        stage.deposit.call("assess", {"fund_number": RENTER}, request)
