"""What a line of the books moves: a reversal takes the interest of a closing withdrawal back with it."""

import pytest

from services.deposit.importing.lines import line_values

CLOSING = "L1,370200000001,2026-03-01,12,-100.00,-100.00,0.00,{interest},05,01,,,"
REVERSAL = "L2,370200000001,2026-03-02,12,100.00,100.00,0.00,{interest},05,02,,,"
INTEREST = slice(6, 8)


@pytest.mark.parametrize(
    ("line", "interest", "moved"),
    [
        (CLOSING, "1.50", (150, 150)),
        (REVERSAL, "1.50", (-150, -150)),
        (REVERSAL, "0.00", (0, 0)),
    ],
)
def test_interest_goes_the_way_its_line_goes(line: str, interest: str, moved: tuple[int, int]) -> None:
    assert line_values(line.format(interest=interest).split(","))[INTEREST] == moved
