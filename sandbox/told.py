"""One fault as it was told: what goes wrong, how often, how late, for whose card."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`times` counts down with each use, None lasts until cleared; `delay_ms` is the wait of modes with one;
    `resolves_to` is the outcome an order ends with after mode "unknown"; `card_number` "" means any card."""

    target: str
    mode: str
    times: int | None = None
    delay_ms: int = 0
    card_number: str = ""
    resolves_to: int = 0
