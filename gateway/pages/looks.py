"""资料查询记录: who of the centre's staff looked at the own file."""

from flask import render_template

from gateway.pages.asking import hall, visitor
from gateway.pages.blueprint import pages
from gateway.pages.windows import part_asked


@pages.get("/looks")
def looks() -> str:
    """When, by which office, and for what."""
    return render_template("looks.html", page=hall().looks_at_me(visitor(), part_asked()))
