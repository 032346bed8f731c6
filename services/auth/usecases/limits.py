"""The figures of the day, as the rules take them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.auth.rules import Schedule, SessionLimits
from services.common.clock import business_today
from services.common.permissions import STAFF_ROLES
from services.common.policy import load_policy
from services.common.settings import settings


def figure(name: str) -> int:
    """The whole number in force today."""
    return load_policy(settings().city).figure(name).whole(business_today())


def minutes(name: str) -> timedelta:
    """A figure in minutes as a span."""
    return timedelta(minutes=figure(name))


def _of_names(attempts_max: str) -> Schedule:
    return Schedule(
        attempts_max=figure(attempts_max),
        window_minutes=figure("attempts_window_minutes"),
        lock_minutes=figure("lock_minutes"),
        lock_minutes_max=figure("lock_minutes_max"),
    )


def _of_addresses(attempts_max: str) -> Schedule:
    lock_minutes = figure("address_lock_minutes")
    return Schedule(
        attempts_max=figure(attempts_max),
        window_minutes=figure("address_window_minutes"),
        lock_minutes=lock_minutes,
        lock_minutes_max=lock_minutes,
    )


def _once_in(minutes_of: str) -> Callable[[str], Schedule]:
    """For what lives so long: a door that has closed does not open again."""

    def schedule(attempts_max: str) -> Schedule:
        life = figure(minutes_of)
        return Schedule(
            attempts_max=figure(attempts_max), window_minutes=life, lock_minutes=life, lock_minutes_max=life
        )

    return schedule


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a door stands for, and the schedule by which it closes."""

    name: str
    attempts_max: str
    schedule_for: Callable[[str], Schedule]

    @property
    def schedule(self) -> Schedule:
        """The schedule in force today."""
        return self.schedule_for(self.attempts_max)


NAME_AT_ADDRESS = Scope(name="name_at_address", attempts_max="login_attempts_max", schedule_for=_of_names)
PERSON = Scope(name="person", attempts_max="person_attempts_max", schedule_for=_of_names)
ADDRESS = Scope(name="address", attempts_max="address_attempts_max", schedule_for=_of_addresses)
OLD_PHONE = Scope(name="old_phone", attempts_max="old_phone_attempts_max", schedule_for=_of_names)
OWN_PASSWORD = Scope(name="own_password", attempts_max="own_password_attempts_max", schedule_for=_of_names)
OPENINGS = Scope(name="openings", attempts_max="openings_per_address", schedule_for=_of_addresses)
OPENINGS_OF_A_PERSON = Scope(
    name="openings_of_a_person", attempts_max="opening_attempts_max", schedule_for=_of_names
)
CHECKS_OF_AN_OPENING = Scope(
    name="checks_of_an_opening", attempts_max="opening_checks_max", schedule_for=_once_in("opening_minutes")
)
CARDS_OF_A_LOOK = Scope(
    name="cards_of_a_look", attempts_max="cards_per_look", schedule_for=_once_in("look_minutes")
)
PHONES_OF_A_CHANGE = Scope(
    name="phones_of_a_change", attempts_max="counter_phone_attempts_max", schedule_for=_of_names
)
LOOKS = Scope(name="looks", attempts_max="looks_per_hour", schedule_for=_of_addresses)
FIRST_VISITS = Scope(name="first_visits", attempts_max="first_visits_per_address", schedule_for=_of_addresses)

APPLICATIONS = Scope(name="applications", attempts_max="applications_per_address", schedule_for=_of_addresses)


def citizen_session() -> SessionLimits:
    """How long a citizen's session lives."""
    return SessionLimits(
        idle_minutes=figure("session_idle_minutes"), minutes_max=figure("session_minutes_max")
    )


def staff_session() -> SessionLimits:
    """How long a session of staff lives: shorter."""
    return SessionLimits(
        idle_minutes=figure("staff_session_idle_minutes"), minutes_max=figure("staff_session_minutes_max")
    )


SESSION_LIMITS: dict[str, Callable[[], SessionLimits]] = {
    "citizen": citizen_session,
    **dict.fromkeys(STAFF_ROLES, staff_session),
}
