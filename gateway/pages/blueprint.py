"""The blueprint that all pages hang on, and who may open which of them."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from gateway.pages.asking import subject
from gateway.pages.staff_places import who_may_open
from services.common.errors import Forbidden
from services.common.permissions import STAFF_ROLES
from services.common.subject import Subject, require_professional

# Browsers take a backslash for a slash and leave out tabs and line breaks: `/<tab>/other` leads elsewhere.
_LOCAL = re.compile(r"/[!-\[\]-~]*")

CONSOLE = "/staff"

pages = Blueprint("pages", __name__)

FIRST_VISIT = {"first_visit", "first_visit_code", "first_visit_password"}
OPENING = {
    "opening",
    "accept_agreement",
    "opening_identity",
    "opening_face",
    "opening_return",
    "check_opening",
    "opening_code",
    "confirm_opening",
}
FREELANCER_OPENING = {"freelancer_opening", "freelancer_opening_code", "freelancer_opening_state"}
OPEN_TO_ALL = (
    FIRST_VISIT
    | OPENING
    | FREELANCER_OPENING
    | {"choose_edition", "log_in", "staff_log_in", "set_display", "verify_paper"}
)
STAFF_SETUP = "staff_setup"
FOR_EVERY_ROLE = {"log_out", "operation"}


TRANSACTIONS: set[str] = set()
View = TypeVar("View", bound=Callable[..., Any])


def transaction(view: View) -> View:
    """A page of business, below its route: who is in by the normal edition is offered the other (A-03)."""
    TRANSACTIONS.add(view.__name__)
    return view


def local_path(path: str | None) -> str:
    """`path` when it leads to a page of this hall, else the home page; never to another site."""
    wanted = path or ""
    safe = _LOCAL.fullmatch(wanted) is not None and not wanted.startswith(("//", "/api/"))
    return wanted if safe else url_for("pages.home")


def to_log_in() -> Response:
    """Send the visitor to the login, and back to this page afterwards."""
    back = {"next": request.path} if request.method == "GET" and request.path != "/" else {}
    place = "pages.staff_log_in" if request.path.startswith(CONSOLE) else "pages.choose_edition"
    return redirect(url_for(place) + (f"?{urlencode(back)}" if back else ""), 303)


@pages.before_request
def keep_to_role() -> Response | None:
    """Citizens see their own pages, staff those of their role, restricted sessions the first visit (A-14)."""
    name = (request.endpoint or "").removeprefix("pages.")
    if name in OPEN_TO_ALL:
        return None
    person = subject()
    if person is None:
        return to_log_in()
    if person.role in STAFF_ROLES:
        return _keep_to_permission(name, person)
    if person.restricted:
        return redirect(url_for("pages.first_visit"), 303)
    if name.startswith("staff"):
        raise Forbidden("role_not_allowed", "您的身份不能查看这一页。")
    if name in TRANSACTIONS:
        require_professional(person)
    return None


def _keep_to_permission(name: str, person: Subject) -> Response | None:
    """Staff open what the table of the console's pages gives their role; at first, the setup of the login."""
    if name in FOR_EVERY_ROLE:
        return None
    if person.restricted:
        return None if name == STAFF_SETUP else redirect(url_for(f"pages.{STAFF_SETUP}"), 303)
    if person.role not in who_may_open(name):
        raise Forbidden("role_not_allowed", "您的身份不能查看这一页。")
    return None


@pages.after_request
def keep_private(response: Any) -> Any:
    """Personal pages stay out of every cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
