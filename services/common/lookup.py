"""A question asked so often that SQLAlchemy's way of asking would cost more than the answer.

It is written with the tables as any other and compiled once; what is left for each time is the driver. The
server plans it once as well, for no value in particular: where most rows of a table have few values, it must
name an index's order, or that plan reads the table.
"""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

from psycopg import Connection
from sqlalchemy import Dialect, Select
from sqlalchemy.dialects.postgresql.psycopg import dialect

_DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]

Processor = Callable[[Any], Any]


class Lookup:
    """A SELECT of at most one row; its named parameters are given with each asking."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        compiled = statement.compile(dialect=_DIALECT)
        columns = statement.selected_columns
        self._text = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._row: Any = namedtuple("Row", [column.name for column in columns])  # type: ignore[misc]
        processors = [_processor(column.type) for column in columns]
        self._processors = [(place, opened) for place, opened in enumerate(processors) if opened is not None]

    def ask(self, connection: Connection[Any], values: dict[str, Any]) -> Any:
        """The row with its columns as attributes, or None."""
        # In binary, sealed columns need no hexadecimal on either side.
        found = connection.execute(self._text, self._constants | values, binary=True).fetchone()
        if found is None:
            return None
        cells = list(found)
        for place, opened in self._processors:
            cells[place] = opened(cells[place])
        return self._row._make(cells)


def _processor(kind: Any) -> Processor | None:
    """What SQLAlchemy would do with the driver's value of a column of this type; None for nothing."""
    processor: Processor | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return processor
