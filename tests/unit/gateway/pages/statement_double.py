"""The part of a hall without services that has to do with statements and the account over the years."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape
from tests.unit.gateway.pages.paper_double import CODE


def a_statement(lines: int = 3, **changes: Any) -> Shape:
    """A statement as the hall tells it."""
    one = {"kind_label": "汇缴", "for_month": "2026-01", "in": "2352.00", "out": "0.00"}
    return {
        "layout": 1,
        "number": "A20261122000001",
        "code": CODE,
        "centre": "青岛市住房公积金管理中心",
        "name": "李<b>某</b>",
        "fund_number": "370200000001",
        "id_number": "3702**********0012",
        "employer": "青岛海风机械有限公司",
        "state_label": "正常",
        "opened_on": "2019-03-04",
        "from_on": "2025-11-22",
        "to_on": "2026-11-22",
        "opening": "10000.00",
        "in": "7056.00",
        "out": "0.00",
        "closing": "17056.00",
        "lines": [
            one | {"booked_on": "2026-01-15", "balance": f"{10_000 + 2_352 * (place + 1)}.00"}
            for place in range(lines)
        ],
        "made_at": "2026-11-22T10:00:00+08:00",
        "digest": "0123456789abcdef" * 4,
    } | changes


def a_year(year: int, balance: int) -> Shape:
    """A line of the account over the years."""
    return {
        "year": year,
        "contributed": "28224.00",
        "interest": "320.11",
        "other": "0.00",
        "withdrawn": "8400.00" if year % 3 == 0 else "0.00",
        "balance": f"{balance}.00",
    }


def told_statement() -> Shape:
    """What a stranger is told of it."""
    told = a_statement() | {
        "kind": "statement",
        "name_masked": "李**",
        "fund_number_masked": "********0001",
        "line_count": 3,
    }
    return {name: told[name] for name in told if name not in ("name", "lines")}


class StatementDouble(Double):
    """Answers every use around statements; `years_shown` is the account over the years."""

    years_shown: list[Shape] = [a_year(year, (year - 2010) * 20_000) for year in range(2011, 2027)]  # noqa: RUF012
    statement_lines = 3

    def years(self, visitor: Any) -> Shape:
        """Sixteen years."""
        return self._use("years", None, {"items": self.years_shown})

    def make_statement(self, visitor: Any, key: str, body: Shape) -> Shape:
        """A new one."""
        return self._use("make_statement", body, a_statement())

    def statements(self, visitor: Any, window: Shape) -> Shape:
        """One, and more on the next page."""
        return self._use("statements", window, {"items": [a_statement()], "next_cursor": "c"})

    def statement(self, visitor: Any, number: str) -> Shape:
        """One with its lines."""
        return self._use("statement", number, a_statement(self.statement_lines, number=number))
