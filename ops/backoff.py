"""How long to wait before a process that died is started again."""

from dataclasses import dataclass

FIRST_S = 0.1
LONGEST_S = 1.5
# A process that stayed up this long has recovered: its next death starts again from the shortest wait.
STEADY_S = 20.0


@dataclass
class Backoff:
    """Doubles the wait with every death in a row, up to a cap of a second and a half."""

    deaths: int = 0

    def after(self, lived_s: float) -> float:
        """Seconds to wait after a life of `lived_s` seconds."""
        self.deaths = 1 if lived_s >= STEADY_S else self.deaths + 1
        return min(LONGEST_S, FIRST_S * float(1 << min(self.deaths - 1, 10)))
