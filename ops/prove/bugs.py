"""The seeded bugs: each a patch under tests/prove/bugs, the scenario that must show it, and its ground.

`ground` are patches that stay on in the control run, too: a crash at a named place, or the taking away of the
second wall, so that it is the first one that is tried.
"""

from dataclasses import dataclass
from pathlib import Path

from ops.places import CHECKOUT
from ops.prove import scenarios
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
        return tuple(FOLDER / "ground" / f"{name}.patch" for name in self.ground)


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
        scenario=scenarios.plain,
        restart=("deposit", "withdrawal"),
        ground=("settle_with_new_key_each_time", "crash_after_settling"),
    ),
    Bug(
        name="nobody_drives_on",
        scenario=scenarios.plain,
        restart=("withdrawal",),
        ground=("crash_after_sent",),
    ),
    Bug(name="interest_not_booked_as_paid", scenario=scenarios.account_closed, restart=("deposit",)),
)
