"""Reads a book's file in chunks of lines that are judged one by one."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from services.common.importing.fields import LineRefused
from services.common.national_standard.books import Book

Values = tuple[Any, ...]
Convert = Callable[[Sequence[str]], Values]


class WrongFile(Exception):
    """The file is not this book: nothing of it is taken over."""


@dataclass
class Chunk:
    """Some lines of a file: what they say, and which of them were refused for which reason."""

    last_line: int = 0
    rows_read: int = 0
    rows: list[Values] = field(default_factory=list)
    refusals: dict[int, str] = field(default_factory=dict)


def digest_of_file(place: Path) -> str:
    """Hex SHA-256 of the file: the same bytes are the same import."""
    with place.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def check_header(folder: Path, book: Book) -> None:
    """Raises WrongFile when the folder has a file of the book's name that is another book."""
    place = folder / book.file_name
    if place.exists():
        with place.open(encoding="utf-8-sig", errors="replace") as text:
            _skip_header(text, book)


def chunks(place: Path, book: Book, convert: Convert, *, after_line: int, size: int) -> Iterator[Chunk]:
    """The lines behind `after_line`, `size` of them at a time. Raises WrongFile for another header."""
    # What is no UTF-8 becomes U+FFFD, which no field accepts: the line is refused, the file goes on.
    with place.open(encoding="utf-8-sig", errors="replace") as text:
        _skip_header(text, book)
        chunk = Chunk()
        for number, line in enumerate(text, start=2):
            if number <= after_line:
                continue
            _judge(chunk, number, line.rstrip("\n"), book, convert)
            if chunk.rows_read == size:
                yield chunk
                chunk = Chunk()
        if chunk.rows_read:
            yield chunk


def _skip_header(text: TextIO, book: Book) -> None:
    if tuple(text.readline().rstrip("\n").split(",")) != book.header:
        raise WrongFile(f"{book.file_name}：表头应为 {','.join(book.header)}")


def ahead(told: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks, the next one read by a thread while the database books the last."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        following = reader.submit(next, told, None)
        while (chunk := following.result()) is not None:
            following = reader.submit(next, told, None)
            yield chunk


def _judge(chunk: Chunk, number: int, line: str, book: Book, convert: Convert) -> None:
    chunk.last_line = number
    chunk.rows_read += 1
    row = _columns(line)
    if len(row) != len(book.fields):
        chunk.refusals[number] = f"应有{len(book.fields)}列"
        return
    try:
        chunk.rows.append((number, *convert(row)))
    except LineRefused as reason:
        chunk.refusals[number] = str(reason)


def _columns(line: str) -> Sequence[str]:
    """The fields of one line: no field spans lines, so a stray quote harms its own line only."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True), ())
    except csv.Error:
        return ()


def converter(book: Book, parsers: dict[str, Callable[[str], Any]]) -> Convert:
    """A conversion of whole lines by a parser per column; the reason names the column's title.

    Raises KeyError when a column has no parser.
    """
    steps = tuple((column.title, parsers[column.name]) for column in book.fields)

    def convert(row: Sequence[str]) -> Values:
        values: list[Any] = []
        for text, (title, parse) in zip(row, steps, strict=True):
            try:
                values.append(parse(text))
            except LineRefused as reason:
                raise LineRefused(f"{title}：{reason}") from None
        return tuple(values)

    return convert
