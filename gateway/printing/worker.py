"""The process that makes PDF and Excel files: `python -m gateway.printing.worker`.

It reads one job after the other from its input and writes the file to its output: a length of four bytes,
then the bytes; a length of zero says that the job could not be done. It ends with its input, or after a time
without work.
"""

import os
import resource
import select
import struct
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO

import orjson

LENGTH = struct.Struct(">I")
IDLE_S = 300
MEMORY_BYTES = 1536 * 1024 * 1024
_NICENESS = 5
# What is written as text stays text; amounts alone are written by `write`, which makes numbers of them.
SHEET_MANNERS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": True,
}


def make_pdf(job: dict[str, Any]) -> bytes:
    """A PDF of the job's `html`, which carries all it needs: nothing is loaded from anywhere."""
    # Heavy to import, and only this process needs it.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    document: bytes = HTML(
        string=job["html"], url_fetcher=URLFetcher(allowed_protocols=("data",))
    ).write_pdf()
    return document


def make_sheet(job: dict[str, Any]) -> bytes:
    """An Excel file of one sheet: `head` (pairs), `columns` (title, width, whether money) and `rows`."""
    from xlsxwriter import Workbook

    content = BytesIO()
    book = Workbook(content, SHEET_MANNERS)
    sheet = book.add_worksheet(job["title"][:31])
    first = _write_head(book, sheet, job)
    money = book.add_format({"num_format": "#,##0.00"})
    for row, cells in enumerate(job["rows"], first + 1):
        for column, cell in enumerate(cells):
            _write(sheet, (row, column), cell, money if job["columns"][column][2] else None)
    sheet.freeze_panes(first + 1, 0)
    book.close()
    return content.getvalue()


def _write_head(book: Any, sheet: Any, job: dict[str, Any]) -> int:
    """The pairs, then the headings of the columns; the row they stand in."""
    bold = book.add_format({"bold": True})
    heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF5"})
    for place, (name, value) in enumerate(job["head"]):
        sheet.write_string(place, 0, name, bold)
        sheet.write_string(place, 1, value)
    first = len(job["head"]) + 1
    for column, (title, width, _) in enumerate(job["columns"]):
        sheet.set_column(column, column, width)
        sheet.write_string(first, column, title, heading)
    return first


def _write(sheet: Any, place: tuple[int, int], cell: str, money: Any) -> None:
    if money is None or not cell:
        sheet.write_string(*place, cell)
    else:
        sheet.write(*place, cell, money)


KINDS: dict[str, Callable[[dict[str, Any]], bytes]] = {"pdf": make_pdf, "sheet": make_sheet}


def serve(jobs: BinaryIO, files: BinaryIO) -> None:
    """Do jobs until there are no more, or none comes for IDLE_S seconds."""
    while select.select([jobs], [], [], IDLE_S)[0]:
        size = _read(jobs, LENGTH.size)
        if len(size) < LENGTH.size:
            return
        made = _made(orjson.loads(_read(jobs, LENGTH.unpack(size)[0])))
        files.write(LENGTH.pack(len(made)) + made)
        files.flush()


def _read(jobs: BinaryIO, wanted: int) -> bytes:
    """So many bytes, or fewer at the end: one look into a pipe finds 64 KiB at most."""
    found = bytearray()
    while piece := jobs.read(wanted - len(found)):
        found += piece
    return bytes(found)


def _made(job: dict[str, Any]) -> bytes:
    try:
        return KINDS[job["kind"]](job)
    except Exception as error:
        # The kind alone: a paper's content is personal.
        sys.stderr.write(f"paper not made: {type(error).__name__}\n")
        return b""


def main() -> None:
    """Bound what the process may take, then work."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.nice(_NICENESS)
    jobs = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    files = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not get between the files.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(jobs, files)


if __name__ == "__main__":
    main()
