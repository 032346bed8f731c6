"""A contribution that was paid is booked within the ten minutes that the manual promises (6.1.3)."""

import inspect

import pytest

from services.common.policy import load_policy
from services.common.timers import Round
from services.deposit.contribution.face import BOOK_EVERY_S
from services.deposit.service import DepositService
from tests.builders import TODAY

PROMISED_S = 600


@pytest.mark.feature("D-18")
def test_the_job_comes_round_often_enough_after_the_time_to_cancel() -> None:
    (timer,) = inspect.getattr_static(DepositService, "book_contributions").nameko_entrypoints
    assert isinstance(timer, Round)
    assert timer.interval == BOOK_EVERY_S
    window_s = load_policy("qingdao").figure("contribution_cancel_window_s").whole(TODAY)
    # One round may be missed, by a restart or by another replica's lock.
    assert window_s + 2 * BOOK_EVERY_S < PROMISED_S
