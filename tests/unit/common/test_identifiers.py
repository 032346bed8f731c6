"""Identity numbers, mobiles, fund numbers and cards against published cases and by property."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from stdnum import luhn

from services.common.identifiers import (
    BANKS,
    Malformed,
    birth_on,
    id_check_digit,
    mask_card,
    mask_own_id,
    narrow,
    parse_bank_code,
    parse_card_number,
    parse_id_number,
    parse_mobile,
    sex_of,
)

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))


def cases(kind: str, field: str) -> list[object]:
    return [
        pytest.param(vector["inputs"][field], vector["expected"]["valid"], id=vector["id"])
        for vector in VECTORS
        if vector["kind"] == kind
    ]


def accepts(parse, text: str) -> bool:
    try:
        parse(text)
    except Malformed:
        return False
    return True


@pytest.mark.parametrize(("id_number", "valid"), cases("id_number_checksum", "id_number"))
def test_published_id_numbers_are_judged_as_published(id_number: str, valid: bool) -> None:
    assert accepts(parse_id_number, id_number) is valid


@pytest.mark.parametrize(("number", "valid"), cases("luhn", "number"))
def test_published_luhn_cases_hold(number: str, valid: bool) -> None:
    assert luhn.is_valid(number) is valid


def test_a_retired_region_code_is_no_reason_to_refuse() -> None:
    assert parse_id_number("440524188001010014") == "440524188001010014"


def test_a_lower_x_is_stored_as_capital() -> None:
    assert parse_id_number(" 11010519491231002x ") == "11010519491231002X"


def test_birth_date_and_sex_are_read_from_the_number() -> None:
    assert birth_on("11010519491231002X") == date(1949, 12, 31)
    assert sex_of("11010519491231002X") == "female"
    assert sex_of("360426199101010071") == "male"


@pytest.mark.parametrize("born", ["19910229", "19911301", "19910431", "00000101", "18490101"])
def test_a_birth_date_that_never_was_is_refused(born: str) -> None:
    first_seventeen = "370299" + born + "001"
    with pytest.raises(Malformed, match="出生日期"):
        parse_id_number(first_seventeen + id_check_digit(first_seventeen))


@pytest.mark.parametrize("text", ["", "1" * 17, "1" * 19, "３６０４２６１９９１０１０１００７１", "X" * 18])
def test_another_shape_is_no_id_number(text: str) -> None:
    assert not accepts(parse_id_number, text)


@given(some.integers(0, 16), some.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(place: int, shift: int) -> None:
    good = "360426199101010071"
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert not accepts(parse_id_number, wrong)


@given(some.text(alphabet="0123456789Xx _-", min_size=5, max_size=30))
def test_a_refusal_never_repeats_what_was_typed(text: str) -> None:
    for parse in (parse_id_number, parse_mobile, parse_card_number):
        try:
            parse(text)
        except Malformed as refused:
            assert len(text.strip()) < 5 or text.strip() not in str(refused)


@pytest.mark.parametrize(
    "text", ["12800000000", "1380000000", "138000000000", "1380000000a", "+8615400000000"]
)
def test_what_is_no_mobile_is_refused(text: str) -> None:
    assert not accepts(parse_mobile, text)


def test_a_mobile_passes_trimmed() -> None:
    assert parse_mobile(" 15400000001 ") == "15400000001"


def test_a_wrong_luhn_digit_is_a_hint_and_no_refusal() -> None:
    assert parse_card_number("6222040000030012").luhn_holds is False
    assert parse_card_number("6212 3456 7890 0000 02").luhn_holds is True


@pytest.mark.parametrize("length", [15, 20])
def test_a_card_has_16_to_19_digits(length: int) -> None:
    assert not accepts(parse_card_number, "6" * length)


@pytest.mark.feature("W-31")
def test_only_the_five_banks_are_known() -> None:
    assert sorted(BANKS) == ["102", "103", "104", "105", "301"]
    assert parse_bank_code("105") == "105"
    assert not accepts(parse_bank_code, "308")


def test_masks_keep_what_the_owner_needs_and_no_more() -> None:
    assert mask_own_id("11010519491231002X") == "1101**********002X"
    assert mask_card("6212345678900000028") == "6212***********0028"


@given(some.text(alphabet="0123456789X", max_size=20))
def test_a_mask_keeps_the_length_and_never_shows_everything(text: str) -> None:
    masked = mask_own_id(text)
    assert len(masked) == len(text)
    assert not text or masked != text


def test_what_is_typed_wide_is_made_narrow_and_nothing_else() -> None:
    assert narrow("１１０ＸｘＡ，．－　") == "110XxA,.- "
    assert narrow(kept := "甄①²١१·。、") == kept
