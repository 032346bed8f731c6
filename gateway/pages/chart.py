"""The account over the years as a picture: the balance above, what came in and went out below. Pure geometry.

The picture is decoration for those who see it; the table beside it says the same in figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.common import written
from services.common.money import parse_yuan

WIDTH, HEIGHT = 360, 250
_LEFT, _RIGHT = 46, 354
_BALANCE = (22, 120)
_FLOWS = (150, 224)
_LABELS_MOST = 7
_STEPS_FEN = (1, 2, 5, 10)


@dataclass(frozen=True)
class Bar:
    """A rectangle, its kind and what it says."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class Mark:
    """A word at a place: the scale of a panel or a year."""

    words: str
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """Everything the template draws."""

    line: str
    area: str
    dots: list[Mark]
    bars: list[Bar]
    scales: list[Mark]
    years: list[Mark]
    summary: str


def chart_of(years: Sequence[dict[str, Any]]) -> Chart | None:
    """The picture of at least one year with money in it; None when there is nothing to draw."""
    if not years:
        return None
    balances = [max(0, _fen(year["balance"])) for year in years]
    coming, going = zip(*map(_flows, years), strict=True)
    if not any(coming):
        return None
    most, most_moved = _rounded(max(balances)), _rounded(max(*coming, *going))
    middles = _middles(len(years))
    points = [(x, _height(fen, most, _BALANCE)) for x, fen in zip(middles, balances, strict=True)]
    return Chart(
        line=_path(points),
        area=f"{_path(points)} L{points[-1][0]:.1f},{_BALANCE[1]} L{points[0][0]:.1f},{_BALANCE[1]} Z",
        dots=[Mark(str(year["year"]), x, y) for year, (x, y) in zip(years, points, strict=True)],
        bars=_bars(years, middles, coming, most_moved, "in")
        + _bars(years, middles, going, most_moved, "out"),
        scales=_scale(most, _BALANCE) + _scale(most_moved, _FLOWS),
        years=_years(years, middles),
        summary=_summary(years),
    )


def _flows(year: dict[str, Any]) -> tuple[int, int]:
    """What came in and went out: more taken back (冲账) than came in went out, and the other way round."""
    coming = sum(_fen(year[name]) for name in ("contributed", "interest", "other"))
    going = _fen(year["withdrawn"])
    return max(0, coming) + max(0, -going), max(0, going) + max(0, -coming)


def _fen(yuan: str) -> int:
    return -parse_yuan(yuan[1:]) if yuan.startswith("-") else parse_yuan(yuan)


def _rounded(fen: int) -> int:
    """The next round amount: 1, 2 or 5 times a power of ten yuan."""
    step = 100
    while step * 10 <= fen:
        step *= 10
    return next((step * times for times in _STEPS_FEN if step * times >= fen), step * 10)


def _middles(count: int) -> list[float]:
    slot = (_RIGHT - _LEFT) / count
    return [round(_LEFT + slot * (place + 0.5), 1) for place in range(count)]


def _height(fen: int, most: int, panel: tuple[int, int]) -> float:
    top, bottom = panel
    return round(bottom - (bottom - top) * fen / most, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{'L' if place else 'M'}{x:.1f},{y:.1f}" for place, (x, y) in enumerate(points))


def _bars(
    years: Sequence[dict[str, Any]], middles: Sequence[float], amounts: Sequence[int], most: int, kind: str
) -> list[Bar]:
    width = round(min(13.0, (_RIGHT - _LEFT) / len(years) * 0.38), 1)
    name = {"in": "收入", "out": "支出"}[kind]
    bars = []
    for year, middle, fen in zip(years, middles, amounts, strict=True):
        if fen:
            top = _height(fen, most, _FLOWS)
            x = middle - width if kind == "in" else middle
            words = f"{year['year']}年{name} {written.amount(fen)}"
            bars.append(Bar(kind, round(x, 1), top, width, round(_FLOWS[1] - top, 1), words))
    return bars


def _scale(most: int, panel: tuple[int, int]) -> list[Mark]:
    return [Mark(_short(most), _LEFT - 5, panel[0]), Mark("0", _LEFT - 5, panel[1])]


def _short(fen: int) -> str:
    """A round amount in as few places as a phone's margin has."""
    yuan = fen // 100
    return f"{yuan // 10_000}万" if yuan >= 10_000 else f"{yuan:,}"


def _years(years: Sequence[dict[str, Any]], middles: Sequence[float]) -> list[Mark]:
    """As many years as fit, the last one always."""
    apart = -(-len(years) // _LABELS_MOST)
    return [
        Mark(str(year["year"]), x, 240)
        for place, (year, x) in enumerate(zip(years, middles, strict=True))
        if (len(years) - 1 - place) % apart == 0
    ]


def _summary(years: Sequence[dict[str, Any]]) -> str:
    first, last = years[0], years[-1]
    end = f"{last['year']}年末余额 {written.amount_of(last['balance'])}"
    return f"{first['year']}年至{last['year']}年的账户余额与收支，{end}"
