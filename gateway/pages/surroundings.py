"""What every template has around its own content: menu, tabs, display, keys and hashed asset addresses."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for

from gateway.pages import presenting
from gateway.pages.asking import csrf_field, hall, key_field, subject, visitor
from gateway.pages.blueprint import CONSOLE
from gateway.pages.contributing import contribution_offers
from gateway.pages.display import display
from gateway.pages.menu import Titles, citizen_menu, citizen_tabs
from gateway.pages.staff_places import first_place, staff_menu, staff_tabs
from services.common.clock import business_now
from services.common.permissions import ROLES, STAFF_ROLES
from services.common.subject import Subject

# Their addresses change with their content.
ASSET_LIFE_S = 365 * 24 * 3600
EDITIONS = {"professional": "个人专业版", "normal": "个人普通版"}


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, changing with its content so that it may be cached for ever."""
    folder = Path(str(current_app.static_folder))
    return url_for("static", filename=name, v=_fingerprint(folder / name))


def _now() -> str:
    return business_now().isoformat()


def _menus(role: str) -> dict[str, Any]:
    if role in STAFF_ROLES:
        return {"menu": staff_menu(role), "tabs": staff_tabs(role)}
    titles: Titles = current_app.extensions["reason_titles"]
    return {"menu": citizen_menu(titles.known(hall(), visitor())), "tabs": citizen_tabs()}


def surroundings() -> dict[str, Any]:
    """The names that every template may use."""
    person = subject()
    of_staff = person is not None and person.role in STAFF_ROLES
    console = of_staff or request.path.startswith(CONSOLE)
    around: dict[str, Any] = {"display": display(), "console": console, "menu": [], "tabs": []}
    # A citizen's session counts for nothing at the console: its pages show nothing of the citizens' hall.
    known = person if of_staff or not console else None
    # Who strayed to the console from the citizens' hall is led back there, not to a login of staff.
    around["astray"] = known is not person
    around |= {"person": known, "home_url": url_for(_home(known, console=console))}
    around["normal"] = known is not None and known.edition == "normal"
    around["edition_title"] = (
        _workplace(known) if console else EDITIONS.get(known.edition if known else "", "个人网厅")
    )
    if known and not known.restricted:
        around |= _menus(known.role)
    return around


def _workplace(person: Subject | None) -> str:
    # Counters are shared: whoever sits down sees whose login is open.
    if not person:
        return "员工工作台"
    who = f"{person.name}（{person.id}）" if person.name else person.id
    return f"员工工作台 · {ROLES.get(person.role).title_zh} {who}"


def _home(person: Subject | None, *, console: bool) -> str:
    if not console:
        return "pages.home"
    return first_place(person.role) if person and not person.restricted else "pages.staff_log_in"


def install(app: Flask) -> None:
    """Give the templates their filters, globals and surroundings."""
    app.extensions["reason_titles"] = Titles()
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ASSET_LIFE_S
    app.jinja_env.globals.update(asset=asset, csrf_field=csrf_field, key_field=key_field, now=_now)
    app.jinja_env.globals.update(groups_of=presenting.groups_of)
    app.context_processor(surroundings)
    presenting.install(app.jinja_env.filters)
    app.jinja_env.filters["contribution_offers"] = contribution_offers
