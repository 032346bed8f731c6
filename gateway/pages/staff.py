"""The console's door, and what keeps the hall running: bills, dead letters, balance, yearly interest."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import StaffSessionOpening
from gateway.api.staff_schemas import DisputedAccount, RefundRetry
from gateway.calls import Missing, Outstanding
from gateway.pages.asking import captcha, hall, key, subject, visitor
from gateway.pages.blueprint import CONSOLE, local_path, pages
from gateway.pages.forms import Form, Problem
from gateway.pages.identity import INPUTS, NEEDED, UNANSWERED, credentials, refused_with
from gateway.pages.session import keep_session
from gateway.pages.staff_places import first_place
from gateway.problems import checked
from services.common.errors import NotFound, Refusal
from services.common.permissions import DECIDE_INTEREST, RETRY_REFUNDS, SETTLE_LETTERS

SETTLING = {"replay": "重放", "drop": "放弃"}


@pages.route("/staff/login", methods=["GET", "POST"])
def staff_log_in() -> Response:
    """A login of staff: password and one-time code together."""
    form = Form(request.form)
    if request.method == "GET" or request.form.get("another"):
        return _login_page(form)
    for name, sentence in (NEEDED | {"login_name": "请输入工号"}).items():
        form.missing(name, sentence)
    return _login_page(form, 422) if form.problems else _try_log_in(form)


def _try_log_in(form: Form) -> Response:
    code = "".join(form.value("code").split())
    body = credentials(form) | ({"code": code} if code else {})
    try:
        opened = hall().staff_log_in(visitor(), key(), checked(StaffSessionOpening(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _login_page(form, refused_with(refusal))
    except Outstanding:
        form.problems.append(Problem(sentence=UNANSWERED))
        return _login_page(form, 503)
    return keep_session(redirect(_place_after_login(opened), 303), opened)


def _place_after_login(opened: dict[str, Any]) -> str:
    """The setup of a new login; else the page of the console that asked to log in."""
    if opened.get("restricted"):
        return url_for("pages.staff_setup")
    wanted = local_path(request.form.get("next"))
    return wanted if wanted.startswith(f"{CONSOLE}/") else url_for("pages.staff")


def _login_page(form: Form, status: int = 200) -> Response:
    back = request.values.get("next", "")
    body = render_template("staff_login.html", form=form, captcha=captcha(), back=back)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/staff")
def staff() -> Response:
    """Where the role's work begins."""
    person = subject()
    return redirect(url_for(first_place(person.role if person else "")), 303)


@pages.get("/staff/stuck-withdrawals")
def staff_stuck() -> str:
    """Bills that need eyes."""
    page = hall().stuck_withdrawals(visitor())
    return render_template("staff_stuck.html", page=page, transfers=_stuck_transfers())


def _stuck_transfers() -> dict[str, Any] | None:
    """None while their service gives no answer: the page says so."""
    try:
        return hall().stuck_transfers(visitor())
    except Missing:
        return None


@pages.get("/staff/stuck-contributions")
def staff_stuck_contributions() -> str:
    """Contribution bills and refunds that need eyes."""
    page, person = hall().stuck_contributions(visitor()), subject()
    retries, done = person is not None and person.role in RETRY_REFUNDS, request.args.get("done") == "retry"
    return render_template("staff_stuck_contributions.html", page=page, retries=retries, done=done)


@pages.route("/staff/refunds/<segment:number>", methods=["GET", "POST"])
def staff_retry_refund(number: str) -> Response:
    """再次退款: what was found, then the next try."""
    form = Form(request.form)
    if request.method == "GET":
        return _retry_page(number, form)
    form.missing("reason", "请说明核实情况")
    if form.problems:
        return _retry_page(number, form, 422)
    try:
        body = checked(RefundRetry(), {"reason": form.value("reason").strip()})
        hall().retry_refund(visitor(), key(), number, body)
    except Refusal as refusal:
        form.refuse(refusal, {"reason": "reason"})
        return _retry_page(number, form, refusal.status)
    return redirect(url_for("pages.staff_stuck_contributions", done="retry"), 303)


def _retry_page(number: str, form: Form, status: int = 200) -> Response:
    items = hall().stuck_contributions(visitor())["items"]
    refund = next((row for row in items if row["number"] == number), None)
    if refund is None:
        raise NotFound("no_such_refund", "这笔退款已经不在待处理列表中，可能已经退回。")
    body = render_template("staff_retry_refund.html", refund=refund, form=form)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/staff/dead-letters")
def staff_dead_letters() -> str:
    """Messages that were given up; who may settle them has the buttons."""
    done, person = SETTLING.get(request.args.get("done", "")), subject()
    settles = person is not None and person.role in SETTLE_LETTERS
    page = hall().dead_letters(visitor())
    return render_template("staff_dead_letters.html", page=page, done=done, settles=settles)


@pages.route(
    "/staff/dead-letters/<segment:service>/<segment:number>/<segment:action>", methods=["GET", "POST"]
)
def staff_settle_letter(service: str, number: str, action: str) -> str | Response:
    """Replay or drop a message, after a second look."""
    if action not in SETTLING:
        raise NotFound("no_such_action", "没有这项操作。")
    if request.method == "GET":
        which = {"service": service, "number": number, "action": action, "title": SETTLING[action]}
        return render_template("staff_settle_letter.html", **which)
    settle = hall().replay_dead_letter if action == "replay" else hall().drop_dead_letter
    settle(visitor(), key(), service, number)
    return redirect(url_for("pages.staff_dead_letters", done=action), 303)


@pages.get("/staff/trial-balance")
def staff_trial_balance() -> str:
    """The deposit book, subject by subject."""
    return render_template("staff_trial_balance.html", page=hall().trial_balance(visitor()))


@pages.get("/staff/interest")
def staff_interest() -> str:
    """The yearly settlements of interest."""
    person = subject()
    resumes = person is not None and person.role in DECIDE_INTEREST
    return render_template("staff_interest.html", page=hall().interest_runs(visitor()), resumes=resumes)


@pages.post("/staff/interest/resume")
def staff_resume_interest() -> Response:
    """Let a halted settlement go on."""
    hall().resume_interest_run(visitor(), key(), request.form.get("number", ""))
    return redirect(url_for("pages.staff_interest"), 303)


@pages.post("/staff/interest/set-aside")
def staff_set_aside_interest() -> Response:
    """Take an account in dispute out of a halted settlement; it is settled later."""
    body = checked(DisputedAccount(), {"fund_number": request.form.get("fund_number", "")})
    hall().set_aside_interest_account(visitor(), key(), request.form.get("number", ""), body)
    return redirect(url_for("pages.staff_interest"), 303)
