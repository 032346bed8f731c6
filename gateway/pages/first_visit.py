"""The first visit in three steps: number and captcha, code to the phone, own password (A-10, A-13, A-14).

The number of the visit travels in a cookie of its own, never in an address. The code is typed in the second
step and checked together with the password in the third.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import FirstPassword, FirstVisit
from gateway.pages.asking import captcha, hall, key, new_key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.identity import refused_with
from gateway.pages.session import keep_session
from gateway.pages.steps import StepsCookie
from gateway.problems import checked
from services.common.errors import Refusal
from services.common.password_length import password_hint, password_limits

VISIT = StepsCookie("first_visit")
INPUTS = same_names("fund_number", "captcha_answer", "code", "password") | {"captcha_id": "captcha_answer"}


def _page(step: int, form: Form, status: int = 200, **more: object) -> Response:
    body = render_template("first_visit.html", step=step, form=form, password_hint=password_hint(), **more)
    return Response(body, status, content_type="text/html; charset=utf-8")


def _visit_id() -> str:
    return VISIT.held()


@pages.route("/first-visit", methods=["GET", "POST"])
def first_visit() -> Response:
    """Step one: the fund number and a captcha; the answer does not tell whether the number exists."""
    form = Form(request.form)
    if request.method == "GET" or request.form.get("another"):
        return _number_page(form)
    form.missing("fund_number", "请输入职工编号")
    form.missing("captcha_answer", "请输入验证码")
    return _number_page(form, 422) if form.problems else _begin(form)


def _number_page(form: Form, status: int = 200) -> Response:
    return _page(1, form, status, captcha=captcha())


def _begin(form: Form) -> Response:
    body = {name: form.value(name).strip() for name in ("fund_number", "captcha_id", "captcha_answer")}
    try:
        visit = hall().begin_first_visit(visitor(), key(), checked(FirstVisit(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _number_page(form, refused_with(refusal))
    response = redirect(url_for("pages.first_visit_code"), 303)
    VISIT.keep(response, visit["first_visit_id"])
    return response


@pages.route("/first-visit/code", methods=["GET", "POST"])
def first_visit_code() -> Response:
    """Step two: send the code and type it in."""
    form = Form(request.form)
    if not _visit_id():
        return redirect(url_for("pages.first_visit"), 303)
    if request.form.get("send"):
        return _send(form)
    if request.method == "GET":
        return _page(2, form)
    form.missing("code", "请输入短信验证码")
    return _page(2, form, 422) if form.problems else _page(3, Form({"code": form.value("code").strip()}))


def _send(form: Form) -> Response:
    try:
        issued = hall().issue_first_visit_code(visitor(), new_key(), _visit_id())
    except Refusal as refusal:
        form.refuse(refusal, {})
        return _page(2, form, refusal.status, sent=Sent(next_in_s=refusal.retry_after_s or 0))
    return _page(2, form, sent=Sent(sent=True, next_in_s=seconds_until(issued.get("next_at"))))


@pages.post("/first-visit/password")
def first_visit_password() -> Response:
    """Step three: the own password, typed twice; then the person is logged in."""
    form = Form(request.form)
    if not _visit_id():
        return redirect(url_for("pages.first_visit"), 303)
    check_passwords(form)
    return _page(3, form, 422) if form.problems else _complete(form)


def check_passwords(form: Form, name: str = "password") -> None:
    """Note what is wrong with an own password that was typed twice."""
    password, limits = form.value(name), password_limits()
    form.missing(name, "请设置密码")
    if password and not limits.length_min <= len(password) <= limits.length_max:
        sentence = f"密码长度应为{limits.length_min}至{limits.length_max}位"
        form.problems.append(Problem(input=name, sentence=sentence))
    if password != form.value(f"{name}_again"):
        form.problems.append(Problem(input=f"{name}_again", sentence="两次输入的密码不一致"))


def _complete(form: Form) -> Response:
    body = {"code": form.value("code"), "password": form.value("password")}
    try:
        opened = hall().complete_first_visit(visitor(), key(), _visit_id(), checked(FirstPassword(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        step = 3 if form.problems[-1].input == "password" else 2
        return _page(step, form, refused_with(refusal))
    response = keep_session(redirect(url_for("pages.password_set"), 303), opened)
    VISIT.drop(response)
    return response


@pages.get("/welcome")
def password_set() -> str:
    """密码修改成功: from here on everything may be done (A-14)."""
    return render_template("password_set.html")
