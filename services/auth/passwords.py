"""Password hashes: argon2id off the hub, only so many at a time, and equal work for unknown names."""

import secrets
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventlet import tpool
from eventlet.semaphore import Semaphore
from nameko.extensions import DependencyProvider

from services.common.errors import Unavailable

# OWASP's second choice for argon2id: 22 ms of one core and 19 MiB each; two cores check some 80 a second.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
CONCURRENT = 2


def hashed(password: str) -> str:
    """The argon2id hash with its parameters and salt in one text."""
    return HASHER.hash(password)


def matches(password: str, password_hash: str) -> bool:
    """Does the password belong to the hash?"""
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """A hash that no password belongs to, as costly to check as a real one."""
    return hashed(secrets.token_urlsafe(32))


class PasswordWork:
    """Hashing in operating system threads: the hub stays free, and no more than `CONCURRENT` cores work."""

    def __init__(self, concurrent: int = CONCURRENT) -> None:
        self._places = Semaphore(concurrent)

    def hashed(self, password: str, wait_s: float) -> str:
        """As `hashed`; Unavailable when no place is free within `wait_s` seconds."""
        return str(self._work(wait_s, hashed, password))

    def matches(self, password: str, password_hash: str | None, wait_s: float) -> bool:
        """As `matches`; without a hash the same work is done and the answer is no."""
        matched = self._work(wait_s, matches, password, password_hash or nobodys_hash())
        return bool(matched) and password_hash is not None

    def _work(self, wait_s: float, function: Any, *arguments: str) -> Any:
        if not self._places.acquire(timeout=max(0.0, wait_s)):
            raise Unavailable("auth")
        try:
            return tpool.execute(function, *arguments)
        finally:
            self._places.release()


class Passwords(DependencyProvider):  # type: ignore[misc]
    """The process's `PasswordWork` as a nameko dependency."""

    def setup(self) -> None:
        """Make the places, and nobody's hash before anyone asks."""
        nobodys_hash()
        self.work = PasswordWork()

    def get_dependency(self, worker_ctx: Any) -> PasswordWork:
        """The one of this process."""
        return self.work
