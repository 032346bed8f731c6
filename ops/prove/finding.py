"""What a proof may find: something lost, doubled, adrift (with its fen) or unfinished."""

from dataclasses import dataclass

LOST, DOUBLED, DRIFT, UNFINISHED = "lost", "doubled", "drift", "unfinished"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be."""

    kind: str
    what: str
    fen: int = 0
