"""What leaves a process in its log: named, traced, and without the numbers of people."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from eventlet import spawn

from services.common.logs import get_logger, redacted, tracing
from tests.log_lines import Listen

PHONE, ID_NUMBER, CARD = "15400000001", "110105194912310021", "6222020000000000012"


@pytest.mark.parametrize("number", [PHONE, ID_NUMBER, "11010519491231002X", CARD, "1101051949123100"])
@pytest.mark.parametrize(
    "text", ["{}", "手机{}已登记", "（{}）", "tel:{},", "phone {} is", "\n{}\n", "'{}'", "身份证号：{}。"]
)
def test_a_number_of_a_person_is_blanked_out_whatever_stands_beside_it(number: str, text: str) -> None:
    assert redacted(text.format(number)) == text.format("[redacted]")


@pytest.mark.parametrize("written", [f"+86{PHONE}", f"+86 {PHONE}", f"86-{PHONE}", f"拨打+86{PHONE}。"])
def test_a_phone_with_the_code_of_the_country_is_blanked_out(written: str) -> None:
    assert PHONE not in redacted(written)
    assert "[redacted]" in redacted(written)


@pytest.mark.parametrize(
    "kept", ["W20261122000001", "037000010001", "D15400000001", "x-15400000001-y", "840000"]
)
def test_numbers_of_bills_accounts_and_keys_stay(kept: str) -> None:
    assert redacted(kept) == kept


def test_the_text_of_an_exception_is_blanked_out_too(listen: Listen) -> None:
    lines = listen("notify")
    try:
        raise ValueError(f"身份证{ID_NUMBER}的手机{PHONE}不对")
    except ValueError:
        get_logger("t").exception("fault")
        logging.getLogger("a library").exception("卡号%s", CARD)
    ours, theirs = lines()
    assert "ValueError" in ours["exception"]
    assert not [number for number in (PHONE, ID_NUMBER, CARD) if number in json.dumps([ours, theirs])]


def test_what_is_called_a_secret_is_blanked_out(listen: Listen) -> None:
    lines = listen("notify")
    get_logger("t").info("e", password="p", code="123456", receipt={"a": "b"}, bank_code="102")
    (line,) = lines()
    assert (line["password"], line["code"], line["receipt"]) == ("[redacted]",) * 3
    assert line["bank_code"] == "102"


def test_every_line_says_whose_it_is_in_threads_and_greenthreads_too(listen: Listen) -> None:
    lines = listen("notify")

    def say() -> None:
        with tracing("t1"):
            get_logger("t").info("said")

    say()
    spawn(say).wait()
    thread = Thread(target=say)
    thread.start()
    thread.join()
    assert [(line["service"], line["trace"]) for line in lines()] == [("notify", "t1")] * 3


AT_WORK = (
    "import sys; from services.common.logs import LINES_LOST, get_logger, set_up_logs; set_up_logs('notify');"
    "import logging; get_logger('t').warning('said'); logging.getLogger('library').warning('said');"
    "print(LINES_LOST._value.get(), file=sys.stderr); import os; sys.stderr.flush(); os._exit(0)"
)


def test_a_full_disk_costs_lines_and_not_the_work() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", AT_WORK], stdout=full, stderr=subprocess.PIPE, text=True, check=True
        )
    assert done.stderr.strip() == "2.0"
