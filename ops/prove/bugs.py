"""The seeded bugs: each a patch under tests/prove/bugs, the scenario that must show it, and its ground.

`ground` are patches that stay on in the control run, too: a crash at a named place, or the taking away of the
second wall, so that it is the first one that is tried.
"""

from dataclasses import dataclass
from pathlib import Path

from ops.places import CHECKOUT
from ops.prove import paying_in, scenarios, settling
from ops.prove.scenarios import Scenario

FOLDER = CHECKOUT / "tests" / "prove" / "bugs"


@dataclass(frozen=True, kw_only=True)
class Bug:
    """One seeded bug. `restart` are the processes that run the patched source."""

    name: str
    scenario: Scenario
    restart: tuple[str, ...]
    ground: tuple[str, ...] = ()

    @property
    def patches(self) -> tuple[Path, ...]:
        """The bug's own patch on top of its ground."""
        return (*self.ground_patches, FOLDER / f"{self.name}.patch")

    @property
    def ground_patches(self) -> tuple[Path, ...]:
        """What the control run has, too."""
        return tuple(_ground(name) for name in self.ground)


def _ground(name: str) -> Path:
    """A patch of its own, or another bug: one that takes away the wall which would hide this bug."""
    own = FOLDER / "ground" / f"{name}.patch"
    return own if own.exists() else FOLDER / f"{name}.patch"


BUGS: tuple[Bug, ...] = (
    Bug(
        name="inbox_check_removed",
        scenario=scenarios.told_twice,
        restart=("notify",),
        ground=("message_per_delivery",),
    ),
    Bug(
        name="event_acknowledged_before_commit",
        scenario=scenarios.plain,
        restart=("notify",),
        ground=("crash_in_booked_handler",),
    ),
    Bug(
        name="outbox_outside_the_transaction",
        scenario=scenarios.plain,
        restart=("withdrawal",),
        ground=("crash_after_booking_commit",),
    ),
    Bug(
        name="relay_marks_before_the_confirm",
        scenario=scenarios.plain,
        restart=("relay",),
        ground=("crash_before_publishing_booked",),
    ),
    Bug(name="hold_not_released", scenario=scenarios.cancelled, restart=("deposit",)),
    Bug(name="unknown_treated_as_failed", scenario=scenarios.answer_lost, restart=("withdrawal",)),
    Bug(name="unknown_sent_again_as_new_order", scenario=scenarios.answer_lost, restart=("withdrawal",)),
    Bug(name="unseen_order_not_closed", scenario=scenarios.order_late, restart=("withdrawal",)),
    Bug(name="operation_key_not_checked", scenario=scenarios.repeated, restart=("withdrawal",)),
    Bug(name="receipt_not_used_up", scenario=scenarios.code_again, restart=("withdrawal",)),
    Bug(
        name="move_without_compare_and_set",
        scenario=scenarios.pressed_at_once,
        restart=("withdrawal",),
        ground=("presses_without_row_lock",),
    ),
    Bug(
        name="settle_without_one_resolution",
        scenario=scenarios.settled_beside_a_hold,
        restart=("deposit", "withdrawal"),
        ground=("settle_with_new_key_each_time", "settlement_numbered_anew", "answer_to_settling_lost"),
    ),
    Bug(
        name="nobody_drives_on",
        scenario=scenarios.plain,
        restart=("withdrawal",),
        ground=("crash_after_sent",),
    ),
    Bug(name="interest_not_booked_as_paid", scenario=scenarios.account_closed, restart=("deposit",)),
    Bug(
        name="inflow_taken_twice",
        scenario=paying_in.reported_late,
        restart=("deposit",),
        ground=("inflow_numbered_anew",),
    ),
    Bug(name="late_payment_kept", scenario=paying_in.paid_after_cancelling, restart=("deposit",)),
    Bug(
        name="code_not_closed_at_the_bank",
        scenario=paying_in.scanned_after_cancelling,
        restart=("deposit",),
        ground=("late_payment_kept",),
    ),
    Bug(name="wrong_amount_booked", scenario=paying_in.paid_wrongly, restart=("deposit",)),
    Bug(name="unknown_debit_treated_as_failed", scenario=paying_in.debit_answer_lost, restart=("deposit",)),
    Bug(name="unseen_debit_not_closed", scenario=paying_in.debit_late, restart=("deposit",)),
    Bug(
        name="unknown_refund_sent_again",
        scenario=paying_in.refund_answer_lost,
        restart=("sandbox", "deposit"),
        ground=("bank_gives_back_anything",),
    ),
    Bug(
        name="months_not_marked",
        scenario=paying_in.until_nothing_is_due,
        restart=("deposit",),
        ground=("bookings_mark_no_months",),
    ),
    # A year ends in each of these, so nothing that counts months comes after them.
    Bug(
        name="frozen_account_left_out_of_interest",
        scenario=settling.frozen_at_the_years_end,
        restart=("deposit",),
    ),
    Bug(
        name="interest_of_the_balance_after_the_year",
        scenario=settling.drawn_before_the_run,
        restart=("deposit",),
        ground=("interest_computed_once",),
    ),
    Bug(
        name="batch_written_down_before_it_is_booked",
        scenario=settling.year_settled,
        restart=("deposit",),
        ground=("crash_before_interest_commit",),
    ),
)
ONE_ACCOUNT_A_BATCH = _ground("one_account_a_batch")
"""So that a settlement of a few people has several batches, and a kill finds it between two."""
