"""Papers as files to keep or to hand in, made by the press of the application at work."""

from typing import Any

from flask import Response, current_app, url_for

from gateway.entrance import entrance
from gateway.printing import papers
from gateway.printing.press import Press

Shape = dict[str, Any]

PDF = "application/pdf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def press() -> Press:
    """The press of this application."""
    at_work: Press = current_app.extensions["press"]
    return at_work


def verify_url() -> str:
    """Where a paper is verified.

    Not the name that the request came under: the paper is genuine, and what it says is believed.
    """
    return entrance().url + url_for("pages.verify_paper")


def attached(content: bytes, kind: str, name: str) -> Response:
    """The file as a download that no cache keeps."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=kind, headers=headers)


def slip_pdf(slip: Shape) -> Response:
    """A slip to be printed."""
    content = press().make("pdf", {"html": papers.slip_html(slip, verify_url())})
    return attached(content, PDF, f"slip-{slip['number']}.pdf")
