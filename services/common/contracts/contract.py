"""The shape of one event's payload, checked where it is announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from services.common.shape import Shape, first_error


class ContractBroken(Exception):
    """An event does not keep its contract: a bug of the producer. Names the field, never the value."""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Event name, who announces it, the shape of its payload and one example of it."""

    event: str
    producer: str
    payload: type[Shape]
    example: Mapping[str, Any]

    def check(self, payload: Mapping[str, Any]) -> None:
        """Raise ContractBroken unless the payload has just the fields of the contract."""
        try:
            self.payload().load(payload)
        except ValidationError as error:
            raise ContractBroken(f"{self.event}: {first_error(error.messages)[0]}") from None
