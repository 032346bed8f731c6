"""What stands on which paper: a statement as a PDF page and as a sheet, a slip. Pure but for templates."""

from base64 import b64encode
from datetime import date, datetime
from io import BytesIO
from typing import Any

import segno
from flask import render_template
from markupsafe import Markup

from gateway.printing.seal import seal
from services.common import written
from services.common.clock import CHINA
from services.common.money import in_capitals, parse_yuan

Shape = dict[str, Any]

SEAL_PURPOSE = "网厅业务专用章"
_COLUMNS = (
    ("序号", 6, False),
    ("记账日期", 12, False),
    ("摘要", 14, False),
    ("所属年月", 10, False),
    ("收入（元）", 15, True),
    ("支出（元）", 15, True),
    ("余额（元）", 16, True),
)


def statement_html(statement: Shape, verify_url: str) -> str:
    """The statement as a page to be laid out; `verify_url` is where its code is verified."""
    code = in_fours(statement["code"])
    return render_template(
        "print/statement.html",
        statement=statement,
        code=code,
        capitals=in_capitals(parse_yuan(statement["closing"])),
        seal=seal(statement["centre"], SEAL_PURPOSE),
        picture=_picture(f"{verify_url}?code={statement['code']}"),
        verify_url=verify_url,
    )


def slip_html(slip: Shape, verify_url: str) -> str:
    """The slip as a page to be laid out."""
    return render_template(
        "print/slip.html",
        slip=slip,
        code=in_fours(slip["code"]),
        seal=seal(slip["centre"], SEAL_PURPOSE),
        picture=_picture(f"{verify_url}?code={slip['code']}"),
        verify_url=verify_url,
    )


def statement_sheet(statement: Shape) -> Shape:
    """The statement as a sheet: what it is about, then its lines."""
    head = [
        ("中心", statement["centre"]),
        ("对账单号", statement["number"]),
        ("姓名", statement["name"]),
        ("职工编号", statement["fund_number"]),
        ("期间", f"{statement['from_on']} 至 {statement['to_on']}"),
        ("期初余额（元）", statement["opening"]),
        ("收入合计（元）", statement["in"]),
        ("支出合计（元）", statement["out"]),
        ("期末余额（元）", statement["closing"]),
        ("生成时间", written.second(datetime.fromisoformat(statement["made_at"]).astimezone(CHINA))),
        ("核验码", in_fours(statement["code"])),
    ]
    rows = [_row(place, line) for place, line in enumerate(statement["lines"], 1)]
    return {"title": "住房公积金对账单", "head": head, "columns": _COLUMNS, "rows": rows}


def _row(place: int, line: Shape) -> list[str]:
    return [
        str(place),
        line["booked_on"],
        line["kind_label"],
        line["for_month"] or "",
        "" if line["in"] == "0.00" else line["in"],
        "" if line["out"] == "0.00" else line["out"],
        line["balance"],
    ]


def in_fours(code: str) -> str:
    """A code in groups of four, as it is read off paper."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


def file_name(statement: Shape, ending: str) -> str:
    """A name without a person in it."""
    days = f"{_compact(statement['from_on'])}-{_compact(statement['to_on'])}"
    return f"statement-{days}-{statement['number']}.{ending}"


def _compact(day: str) -> str:
    return f"{date.fromisoformat(day):%Y%m%d}"


def _picture(content: str) -> Markup:
    """A QR code as a picture that needs nothing from outside."""
    drawn = BytesIO()
    segno.make(content, error="m").save(drawn, kind="svg", scale=3, border=2)
    return Markup("data:image/svg+xml;base64,{}").format(b64encode(drawn.getvalue()).decode())
