"""The operator's pages: stuck bills, dead letters, trial balance, yearly interest."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import StaffSessionOpening
from gateway.calls import Missing
from gateway.pages.asking import hall, key, new_key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form
from gateway.pages.identity import INPUTS, NEEDED, credentials, refused_with
from gateway.pages.session import keep_session
from gateway.problems import checked
from services.common.errors import Refusal


@pages.route("/staff/login", methods=["GET", "POST"])
def staff_log_in() -> Response:
    """An operator's login."""
    form = Form(request.form)
    if request.method == "GET" or request.form.get("another"):
        return _login_page(form)
    for name, sentence in (NEEDED | {"login_name": "请输入工号"}).items():
        form.missing(name, sentence)
    return _login_page(form, 422) if form.problems else _try_log_in(form)


def _try_log_in(form: Form) -> Response:
    try:
        opened = hall().staff_log_in(visitor(), key(), checked(StaffSessionOpening(), credentials(form)))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _login_page(form, refused_with(refusal))
    return keep_session(redirect(url_for("pages.staff_stuck"), 303), opened)


def _login_page(form: Form, status: int = 200) -> Response:
    captcha = hall().issue_captcha(visitor(), new_key())
    body = render_template("staff_login.html", form=form, captcha=captcha)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/staff")
def staff() -> Response:
    """The first of the operator's pages."""
    return redirect(url_for("pages.staff_stuck"), 303)


@pages.get("/staff/stuck-withdrawals")
def staff_stuck() -> str:
    """Bills that need eyes."""
    page = hall().stuck_withdrawals(visitor())
    return render_template("staff_stuck.html", page=page, transfers=_stuck_transfers())


def _stuck_transfers() -> list[dict[str, Any]] | None:
    """None while their service gives no answer: the page says so."""
    try:
        items: list[dict[str, Any]] = hall().stuck_transfers(visitor())["items"]
    except Missing:
        return None
    return items


@pages.get("/staff/stuck-contributions")
def staff_stuck_contributions() -> str:
    """Contribution bills and refunds that need eyes."""
    return render_template("staff_stuck_contributions.html", page=hall().stuck_contributions(visitor()))


@pages.get("/staff/dead-letters")
def staff_dead_letters() -> str:
    """Messages that were given up."""
    return render_template("staff_dead_letters.html", page=hall().dead_letters(visitor()))


@pages.get("/staff/trial-balance")
def staff_trial_balance() -> str:
    """The deposit book, subject by subject."""
    return render_template("staff_trial_balance.html", page=hall().trial_balance(visitor()))


@pages.get("/staff/interest")
def staff_interest() -> str:
    """The yearly settlements of interest."""
    return render_template("staff_interest.html", page=hall().interest_runs(visitor()))


@pages.post("/staff/interest/resume")
def staff_resume_interest() -> Response:
    """Let a halted settlement go on."""
    hall().resume_interest_run(visitor(), key(), request.form.get("number", ""))
    return redirect(url_for("pages.staff_interest"), 303)
