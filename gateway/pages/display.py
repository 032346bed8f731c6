"""Elder mode and high contrast: chosen by a button, kept in a cookie, set by the server without a script."""

from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response

from gateway.entrance import entrance
from gateway.pages.blueprint import local_path, pages

MODES = ("normal", "elder")
THEMES = ("normal", "contrast")
COOKIE_LIFE_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Display:
    """How the visitor wants pages to look."""

    mode: str = "normal"
    theme: str = "normal"


def display() -> Display:
    """The choice in the visitor's cookies; anything unknown counts as normal."""
    mode, theme = request.cookies.get("mode", ""), request.cookies.get("theme", "")
    return Display(mode if mode in MODES else "normal", theme if theme in THEMES else "normal")


@pages.post("/display")
def set_display() -> Response:
    """Switch one of the two and return to the page the button was on."""
    response = redirect(local_path(request.form.get("back")), 303)
    for name, choices in (("mode", MODES), ("theme", THEMES)):
        if request.form.get(name) in choices:
            _keep(response, name, request.form[name])
    return response


def _keep(response: Response, name: str, value: str) -> None:
    secure = entrance().secure
    response.set_cookie(name, value, max_age=COOKIE_LIFE_S, httponly=True, samesite="Lax", secure=secure)
