"""The home page, and what is a person's own: messages, sessions, display (W-25)."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.pages import menu
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.session import leave_session
from gateway.pages.windows import part_asked


@pages.get("/")
def home() -> str:
    """What waits for me first, then the balance and the last movements; missing parts are named."""
    return render_template("home.html", home=hall().home(visitor()))


@pages.get("/own")
def own() -> str:
    """Customer service, for thumbs."""
    return render_template("own.html", services=menu.services())


@pages.get("/messages")
def messages() -> str:
    """Own messages, without the codes in them."""
    return render_template("messages.html", page=hall().messages(visitor(), part_asked()))


@pages.get("/sessions")
def sessions() -> str:
    """Own living sessions."""
    ended = request.args.get("ended", "")
    found = hall().sessions(visitor())["items"]
    return render_template("sessions.html", sessions=found, ended=ended if ended in ("one", "others") else "")


@pages.post("/sessions/end")
def end_session() -> Response:
    """End one of them; ending the present one leaves the hall."""
    session_id = request.form.get("session_id", "")
    hall().end_session(visitor(), key(), session_id)
    person = visitor().subject
    if person and person.session_id == session_id:
        return leave_session(redirect(url_for("pages.choose_edition"), 303))
    return redirect(url_for("pages.sessions", ended="one"), 303)


@pages.post("/sessions/others/end")
def end_other_sessions() -> Response:
    """End all but the present one."""
    hall().end_other_sessions(visitor(), key())
    return redirect(url_for("pages.sessions", ended="others"), 303)
