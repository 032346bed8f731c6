"""What an import makes of a card: bound from the first moment of a day in China."""

import pytest

from services.deposit.importing import accounts


def test_a_card_is_bound_on_the_day_of_the_books_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "seal", lambda text, _: text)
    row = ["370200000001", "102", "6222020000000000012", "2026-06-25"]
    assert accounts._card(row)[3].isoformat() == "2026-06-25T00:00:00+08:00"
