"""The lowered limit after a change of phone or card: asked for pages that it matters on."""

from typing import Any

from gateway.calls import Missing
from gateway.pages.asking import hall, visitor
from services.common.errors import Refusal


def caution() -> dict[str, Any] | None:
    """What `Hall.cautions` says, or None while nobody can say it: the page then leaves it out."""
    try:
        return hall().cautions(visitor())
    except (Missing, Refusal):
        return None
