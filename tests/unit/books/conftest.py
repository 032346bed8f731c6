"""A small set of generated books, written once for all tests of this folder."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ops.books.generate import generate
from services.common.national_standard.books import Book

TODAY = date(2026, 11, 22)
Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    generate(folder, accounts=300, seed=7, today=TODAY)
    return folder


@pytest.fixture(scope="session")
def rows(books: Path) -> Callable[[Book], Rows]:
    """The rows of a book under our names."""

    def read(book: Book) -> Rows:
        with (books / book.file_name).open(encoding="utf-8", newline="") as lines:
            header, *body = csv.reader(lines)
        assert tuple(header) == book.header
        return [dict(zip(book.columns, row, strict=True)) for row in body]

    return read
