"""How the hall asks the services: deadlines, operation ids, and what a missing answer means."""

from typing import Any

Shape = dict[str, Any]
"""A JSON object with known keys."""


class Missing(Exception):
    """A query whose service gave no answer in time; `service` names the part that is missing."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class Outstanding(Exception):
    """A command whose deadline passed: unknown, not failed; `op_id` is where its outcome can be asked."""

    def __init__(self, op_id: str) -> None:
        super().__init__(op_id)
        self.op_id = op_id


class Calls:
    """Queries and keyed commands on the bus."""
