"""Contribution bills on a real database, with a stand-in for the bank."""

import warnings
from collections.abc import Iterator

with warnings.catch_warnings():
    # The library warns at its import that it is old; it is what nameko runs on.
    warnings.simplefilter("ignore")
    import eventlet  # noqa: F401

import pytest
from sqlalchemy import text

from tests.component.deposit.books import Books
from tests.component.deposit.contribution.stage import Stage


@pytest.fixture
def stage(books: Books) -> Iterator[Stage]:
    """A freelancer with an account, a card and an empty book."""
    with books.owner.begin() as connection:
        connection.execute(text("TRUNCATE signed_agreements, agreement_texts CASCADE"))
    yield Stage(books)
