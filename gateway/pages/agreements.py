"""协议管理 (A-19): what one has signed, each with its text, to read and to print."""

from flask import render_template

from gateway.pages.asking import hall, visitor
from gateway.pages.blueprint import pages


@pages.get("/agreements")
def agreements() -> str:
    """The list, the latest first."""
    return render_template("agreements.html", agreements=hall().agreements(visitor())["items"])


@pages.get("/agreements/<segment:number>")
def signed_agreement(number: str) -> str:
    """One agreement as it was signed, as a sheet of paper."""
    return render_template("agreement.html", agreement=hall().signed_agreement(visitor(), number))
