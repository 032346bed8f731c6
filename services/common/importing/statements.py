"""Conditions and effects that every book needs, put together from our own table and column names."""

from collections.abc import Sequence

from psycopg import sql

Statement = sql.SQL | sql.Composed


def staged(columns: Sequence[tuple[str, str]]) -> sql.Composed:
    """The columns of a staging table from (name, SQL kind)."""
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.Identifier(kind)) for name, kind in columns
    )


def repeated(key: str) -> sql.Composed:
    """The key stands on an earlier line of the same chunk as well."""
    return sql.SQL(
        "EXISTS (SELECT FROM staging earlier"
        " WHERE earlier.{key} = staging.{key} AND earlier.line < staging.line)"
    ).format(key=sql.Identifier(key))


def present(table: str, key: str) -> sql.Composed:
    """The table has a row of that key."""
    return sql.SQL("EXISTS (SELECT FROM {table} WHERE {table}.{key} = staging.{key})").format(
        table=sql.Identifier(table), key=sql.Identifier(key)
    )


def absent(table: str, key: str) -> sql.Composed:
    """The table has no row of that key."""
    return sql.SQL("NOT {}").format(present(table, key))


def present_alike(table: str, key: str, columns: Sequence[str]) -> sql.Composed:
    """The table has a row of that key that is equal in all columns; nothing equals nothing."""
    return sql.SQL(
        "EXISTS (SELECT {theirs} FROM {table} WHERE {table}.{key} = staging.{key} INTERSECT SELECT {ours})"
    ).format(
        theirs=_named(table, columns),
        ours=_named("staging", columns),
        table=sql.Identifier(table),
        key=sql.Identifier(key),
    )


def added(table: str, columns: Sequence[str]) -> sql.Composed:
    """Add the staged rows to the table, in the order of the file."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("INSERT INTO {table} ({names}) SELECT {names} FROM staging ORDER BY line").format(
        table=sql.Identifier(table), names=names
    )


def _named(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, column) for column in columns)
