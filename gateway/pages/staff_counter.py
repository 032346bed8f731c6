"""The counter: people looked up on record, the professional edition opened, openings checked (A-24)."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.staff_schemas import LookWish, OpeningAtCounter, OpeningCheck
from gateway.pages.asking import hall, key, subject, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.windows import part_asked
from gateway.problems import checked
from gateway.uses.opening import PROFESSIONAL_EDITION
from services.common.errors import Refusal
from services.common.permissions import (
    CHECK_OPENINGS,
    COUNTER_CHANGES,
    COUNTER_OPENING,
    LIFT_SUSPENSIONS,
    LOOK_PURPOSES,
)

PURPOSES = [{"code": purpose.code, "title": purpose.title_zh} for purpose in LOOK_PURPOSES]
LOOK_INPUTS = same_names("number", "purpose")
OPENING_INPUTS = same_names("name", "id_number", "paper_number") | {"consent": "paper_number"}
NEEDED = {
    "name": "请输入身份证上的姓名",
    "id_number": "请输入身份证上的号码",
    "paper_number": "请输入纸质协议编号",
}
LOOK_OVER = "look_over"
HTML = "text/html; charset=utf-8"


@pages.route("/staff/counter", methods=["GET", "POST"])
def staff_counter() -> Response:
    """Whom to look up, and what for."""
    form = Form(request.form)
    if request.method == "GET":
        return _wish_page(form)
    form.missing("number", "请输入职工编号或者身份证号码")
    form.missing("purpose", "请选择查询用途")
    return _wish_page(form, 422) if form.problems else _look_up(form)


def _look_up(form: Form) -> Response:
    body = {name: form.value(name).strip() for name in ("number", "purpose")}
    try:
        seen = hall().look_up(visitor(), key(), checked(LookWish(), body))
    except Refusal as refusal:
        form.refuse(refusal, LOOK_INPUTS)
        return _wish_page(form, refusal.status)
    return redirect(url_for("pages.staff_look", number=seen["look"]), 303)


def _wish_page(form: Form, status: int = 200) -> Response:
    body = render_template("staff_counter.html", form=form, purposes=PURPOSES)
    return Response(body, status, content_type=HTML)


@pages.get("/staff/counter/<segment:number>")
def staff_look(number: str) -> Response:
    """Whom a look showed, and what can be done for them now."""
    return look_page(number, Form())


def look_page(number: str, form: Form, status: int = 200) -> Response:
    """What a look shows, with the form of what it was made for; the way to a new look when it is over."""
    try:
        seen = hall().look(visitor(), number)
    except Refusal as refusal:
        return _look_anew(refusal)
    person = seen["person"]
    for_opening = person and seen["purpose"] == COUNTER_OPENING and not person["professional_since_on"]
    agreement = hall().agreement(visitor(), PROFESSIONAL_EDITION) if for_opening else None
    change = seen["purpose"] if person and seen["purpose"] in COUNTER_CHANGES else None
    body = render_template("staff_look.html", seen=seen, form=form, agreement=agreement, change=change)
    return Response(body, status, content_type=HTML)


def _look_anew(refusal: Refusal) -> Response:
    """A look that is no longer fresh leads to the form for another one."""
    if refusal.code != LOOK_OVER:
        raise refusal
    form = Form()
    form.refuse(refusal, {"look": "number"})
    return _wish_page(form, refusal.status)


@pages.route("/staff/counter/<segment:number>/opening", methods=["GET", "POST"])
def staff_open(number: str) -> Response:
    """Open the professional edition to the person of a look."""
    if request.method == "GET":
        return redirect(url_for("pages.staff_look", number=number), 303)
    form = Form(request.form)
    for name, sentence in NEEDED.items():
        form.missing(name, sentence)
    if form.value("card_seen") != "yes":
        form.problems.append(Problem(input="card_seen", sentence="请核对本人与身份证原件后勾选"))
    if form.problems:
        return look_page(number, form, 422)
    return _open(number, form)


def _open(number: str, form: Form) -> Response:
    body: dict[str, Any] = {name: form.value(name).strip() for name in NEEDED}
    consent = {name: form.value(name) for name in ("code", "version", "digest")}
    try:
        wanted = checked(OpeningAtCounter(), body | {"look": number, "consent": consent})
        opened = hall().open_at_counter(visitor(), key(), wanted)
    except Refusal as refusal:
        form.refuse(_without_text(refusal), OPENING_INPUTS)
        return look_page(number, form, refusal.status)
    return redirect(url_for("pages.staff_openings", done=opened["number"]), 303)


def _without_text(refusal: Refusal) -> Refusal:
    """The new text of an agreement stands on the page already; the list of mistakes need not repeat it."""
    if not refusal.code.startswith("agreement_"):
        return refusal
    return Refusal(refusal.code, refusal.sentence, pointer=refusal.pointer)


@pages.get("/staff/counter-openings")
def staff_openings() -> str:
    """Openings at the counter; who checks them has the form."""
    return openings_page(Form())


def openings_page(form: Form) -> str:
    """The list with the forms of whoever checks, or lifts a suspension."""
    page, person = hall().counter_openings(visitor(), part_asked()), subject()
    surroundings = {"done": request.args.get("done", ""), "form": form}
    surroundings["checks"] = person is not None and person.role in CHECK_OPENINGS
    surroundings["lifts"] = person is not None and person.role in LIFT_SUSPENSIONS
    surroundings["own"] = person.id if person else ""
    return render_template("staff_openings.html", page=page, **surroundings)


@pages.post("/staff/counter-openings/<segment:number>/check")
def staff_check(number: str) -> Response:
    """Say whether another's opening was right."""
    form = Form(request.form)
    body = {"right": form.value("verdict") == "right", "remark": form.value("remark").strip()}
    try:
        wanted = checked(OpeningCheck(), body) | {"number": number}
        hall().check_counter_opening(visitor(), key(), wanted)
    except Refusal as refusal:
        form.refuse(refusal, {"remark": f"remark-{number}"})
        return Response(openings_page(form), refusal.status, content_type=HTML)
    return redirect(url_for("pages.staff_openings", done=number), 303)
