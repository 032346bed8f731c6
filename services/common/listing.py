"""Lists of rows: numbered ones, the newest first, a page at a time; for staff the first ones and a count."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session


class Numbered(Protocol):
    """A mapped row whose number grows with time."""

    @property
    def number(self) -> Any: ...


Row = TypeVar("Row", bound=Numbered)


def newest_first(
    session: Session,
    wanted: Select[Row],
    number: InstrumentedAttribute[str],
    asked: Mapping[str, Any],
    shown: Callable[[Row], Any],
) -> dict[str, Any]:
    """One page of `wanted`: {items, next_cursor}; `asked` has the limit, and the cursor or None.

    A cursor is the number of the last row of the page before; None where there is no further page.
    """
    limit = asked["limit"]
    if asked["cursor"]:
        wanted = wanted.where(number < asked["cursor"])
    rows = session.scalars(wanted.order_by(number.desc()).limit(limit + 1)).all()
    return {
        "items": [shown(row) for row in rows[:limit]],
        "next_cursor": rows[limit - 1].number if len(rows) > limit else None,
    }


def first_ones(
    session: Session, wanted: Select[*tuple[Any, ...]], most: int, shown: Callable[..., Any]
) -> dict[str, Any]:
    """The first `most` rows of `wanted` in its order, and how many more there are: {items, unlisted}."""
    rows = session.execute(wanted.limit(most + 1)).all()
    unlisted = 0
    if len(rows) > most:
        everything = select(func.count()).select_from(wanted.order_by(None).subquery())
        unlisted = session.scalars(everything).one() - most
    return {"items": [shown(*row) for row in rows[:most]], "unlisted": unlisted}
