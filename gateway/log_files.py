"""The log of operations as a file: Excel and CSV, with what is missing said in its head."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from xlsxwriter import Workbook

from services.common import written
from services.common.clock import CHINA, business_now

Shape = dict[str, Any]
HEADS = ("时间", "业务类别", "业务", "结果", "业务号", "设备", "网络地址")
_WIDTHS = (20, 14, 30, 10, 24, 20, 24)
# A spreadsheet takes such a beginning for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
PARTS = {
    "auth": "登录与安全",
    "deposit": "账户与缴存",
    "withdrawal": "提取",
    "loan": "贷款",
    "notify": "短信",
}


@dataclass(frozen=True, kw_only=True)
class LogFile:
    """One kind of file: how it is called, served and written."""

    ending: str
    content_type: str
    write: Callable[[Shape, Shape], bytes]


def attached(made: LogFile, log: Shape, window: Shape) -> Response:
    """The file as a download, named by the day."""
    name = f"operation-log-{business_now():%Y%m%d}.{made.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(made.write(log, window), headers=headers, content_type=made.content_type)


def rows_of(log: Shape) -> Iterator[tuple[str, ...]]:
    """The lines as people read them."""
    for item in log["items"]:
        at = datetime.fromisoformat(item["at"]).astimezone(CHINA)
        yield (
            written.second(at),
            item["kind_label"],
            item["title"],
            "未成功" if item["refused"] else "已办理",
            item["number"] or "",
            item["client"] or "",
            item["address"] or "",
        )


def remarks_of(log: Shape, window: Shape) -> list[str]:
    """What stands above the table: the days, when it was made, which parts are missing."""
    days = f"{window.get('from_on') or '最早'} 至 {window.get('to_on') or '今日'}"
    remarks = [f"住房公积金网上营业厅 日志查询　{days}　导出时间 {written.second(business_now())}"]
    if log["missing"]:
        parts = "、".join(PARTS.get(service, service) for service in log["missing"])
        remarks.append(f"以下部分暂时无法查询，不在本表中：{parts}。请稍后重新导出。")
    return remarks


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(log: Shape, window: Shape) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([remark] for remark in remarks_of(log, window))
    writer.writerow(HEADS)
    writer.writerows([_safe(cell) for cell in row] for row in rows_of(log))
    return out.getvalue().encode("utf-8-sig")


def _xlsx(log: Shape, window: Shape) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        _fill(book, log, remarks_of(log, window))
    return out.getvalue()


def _fill(book: Workbook, log: Shape, remarks: list[str]) -> None:
    sheet = book.add_worksheet("日志")
    bold = book.add_format({"bold": True, "bg_color": "#E9F1FC", "bottom": 1})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    for line, remark in enumerate(remarks):
        sheet.write_string(line, 0, remark)
    sheet.write_row(len(remarks), 0, HEADS, bold)
    sheet.freeze_panes(len(remarks) + 1, 0)
    for line, row in enumerate(rows_of(log), len(remarks) + 1):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {
    "xlsx": LogFile(ending="xlsx", content_type=_EXCEL, write=_xlsx),
    "csv": LogFile(ending="csv", content_type="text/csv; charset=utf-8", write=_csv),
}
