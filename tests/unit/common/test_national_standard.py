"""The table of national codes: both directions agree and nothing is named twice."""

import pytest

from services.common.national_standard import books, code_lists

CODE_LISTS = [value for value in vars(code_lists).values() if isinstance(value, code_lists.CodeList)]


@pytest.mark.parametrize("codes", CODE_LISTS, ids=lambda codes: codes.title)
def test_every_code_has_one_name_and_comes_back(codes: code_lists.CodeList) -> None:
    assert len(codes.names) == len(codes.codes)
    assert [codes.code_of(codes.name_of(code)) for code in codes.codes] == list(codes.codes)


def test_what_a_list_does_not_hold_is_refused() -> None:
    with pytest.raises(LookupError, match="个人账户状态"):
        code_lists.ACCOUNT_STATES.name_of("77")


@pytest.mark.parametrize("book", books.BOOKS, ids=lambda book: book.name)
def test_a_book_names_each_column_once(book: books.Book) -> None:
    assert len(set(book.header)) == len(book.header)
    assert len(set(book.columns)) == len(book.columns)


def test_one_code_has_one_meaning_in_all_books() -> None:
    titles: dict[str, set[str]] = {}
    for book in books.BOOKS:
        for field in book.fields:
            titles.setdefault(field.code, set()).add(field.title)
    assert {code: found for code, found in titles.items() if len(found) > 1} == {}


def test_our_own_columns_are_marked_as_ours() -> None:
    own = [field.name for field in books.ACCOUNTS.fields if not field.is_standard]
    assert own == ["sealed_on", "freeze_flag"]
