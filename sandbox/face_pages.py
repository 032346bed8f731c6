"""The page on which a person's face is looked at: in a rehearsal, the person says how that ends."""

import sqlite3
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import face
from sandbox.answers import DONE, FAILED, Refused
from sandbox.desk import from_this_machine_only
from sandbox.world import World

DECISIONS = {"pass": DONE, "fail": FAILED}


def face_pages(world: World) -> Blueprint:
    """The page, and what pressing its buttons does."""
    blueprint = Blueprint("face_pages", __name__)
    blueprint.before_request(from_this_machine_only)
    blueprint.after_request(_with_security_headers)

    @blueprint.get("/face/pages/<page_key>")
    def look(page_key: str) -> str:
        return _page(face.of_page(world.store.reading(), page_key))

    @blueprint.post("/face/pages/<page_key>")
    def decide(page_key: str) -> AnyResponse:
        decision = request.form.get("decision", "")
        if decision not in DECISIONS:
            raise Refused(422, "malformed", "decision")
        row, code = face.decide(world.store, page_key, DECISIONS[decision])
        _let_go_to(row)
        return redirect(row["return_url"] + (f"?{urlencode({'code': code})}" if code else ""), 303)

    return blueprint


def _page(row: sqlite3.Row) -> str:
    _let_go_to(row)
    return render_template(
        "face.html",
        name=row["name"],
        id_tail=row["id_number"][-4:],
        row=row,
        finished=row["outcome"] is not None,
    )


def _let_go_to(row: sqlite3.Row) -> None:
    """Browsers follow a form's redirect only to places that the page may send forms to."""
    parts = urlsplit(row["return_url"])
    g.goes_to = f"{parts.scheme}://{parts.netloc}"


def _with_security_headers(response: Response) -> Response:
    policy = (
        f"default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {g.get('goes_to', '')};"
    )
    response.headers["Content-Security-Policy"] = f"{policy} base-uri 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
