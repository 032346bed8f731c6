"""The own login of staff: its first visit with password and second factor, profile, another password."""

from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.staff_schemas import StaffPassword, StaffSetup
from gateway.pages.asking import hall, key, subject, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.session import keep_session, leave_session
from gateway.problems import checked
from services.common.errors import Refusal
from services.common.password_length import password_hint

DONE = {
    "changed": "密码已修改，其他设备上的登录已结束。",
    "ended": "已结束这台设备的登录。",
    "others": "其他设备的登录已全部结束。",
}
SETUP_INPUTS = same_names("code", "password")
PASSWORD_INPUTS = same_names("password", "new_password", "code")
SETUP_OVER = "setup_over"
QR_SCALE = 5


@pages.route("/staff/setup", methods=["GET", "POST"])
def staff_setup() -> Response:
    """First login: scan, choose a password, prove it with a first code."""
    form = Form(request.form)
    try:
        shown = hall().staff_setup(visitor())
    except Refusal as refusal:
        if refusal.code != SETUP_OVER:
            raise
        return leave_session(redirect(url_for("pages.staff_log_in", over="yes"), 303))
    if request.method == "GET":
        return _setup_page(shown, form)
    form.missing("code", "请输入手机上的动态口令")
    form.missing("password", "请设置新密码")
    _same_twice(form, "password")
    return _setup_page(shown, form, 422) if form.problems else _set_up(shown, form)


def _same_twice(form: Form, name: str) -> None:
    if form.value(name) and form.value(name) != form.value(f"{name}_again"):
        form.problems.append(Problem(input=f"{name}_again", sentence="两次输入的密码不一致"))


def _set_up(shown: dict[str, Any], form: Form) -> Response:
    body = {"code": _digits(form), "password": form.value("password")}
    try:
        opened = hall().complete_staff_setup(visitor(), key(), checked(StaffSetup(), body))
    except Refusal as refusal:
        form.refuse(refusal, SETUP_INPUTS)
        return _setup_page(shown, form, refusal.status)
    return keep_session(redirect(url_for("pages.staff"), 303), opened)


def _digits(form: Form) -> str:
    return "".join(form.value("code").split())


def _setup_page(shown: dict[str, Any], form: Form, status: int = 200) -> Response:
    picture = segno.make(shown["address"]).svg_data_uri(scale=QR_SCALE, light="#fff", encode_minimal=False)
    body = render_template("staff_setup.html", shown=shown, picture=picture, form=form)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/staff/profile")
def staff_profile() -> str:
    """我的账号: role, office, permissions, history, open sessions."""
    own, sessions = hall().staff_profile(visitor()), hall().sessions(visitor())["items"]
    done = DONE.get(request.args.get("done", ""), "")
    return render_template("staff_profile.html", own=own, sessions=sessions, done=done)


@pages.post("/staff/sessions/end")
def staff_end_session() -> Response:
    """End one of the own sessions; ending the present one leaves the console."""
    session_id = request.form.get("session_id", "")
    hall().end_session(visitor(), key(), session_id)
    person = subject()
    if person and person.session_id == session_id:
        return leave_session(redirect(url_for("pages.staff_log_in", left="yes"), 303))
    return redirect(url_for("pages.staff_profile", done="ended"), 303)


@pages.post("/staff/sessions/others/end")
def staff_end_other_sessions() -> Response:
    """End all but the present one."""
    hall().end_other_sessions(visitor(), key())
    return redirect(url_for("pages.staff_profile", done="others"), 303)


@pages.route("/staff/password", methods=["GET", "POST"])
def staff_password() -> Response:
    """Choose another password."""
    form = Form(request.form)
    if request.method == "GET":
        return _password_page(form)
    form.missing("password", "请输入当前密码")
    form.missing("new_password", "请输入新密码")
    form.missing("code", "请输入手机上的动态口令")
    _same_twice(form, "new_password")
    return _password_page(form, 422) if form.problems else _change_password(form)


def _change_password(form: Form) -> Response:
    body = {name: form.value(name) for name in ("password", "new_password")} | {"code": _digits(form)}
    try:
        hall().change_staff_password(visitor(), key(), checked(StaffPassword(), body))
    except Refusal as refusal:
        form.refuse(refusal, PASSWORD_INPUTS)
        return _password_page(form, refusal.status)
    return redirect(url_for("pages.staff_profile", done="changed"), 303)


def _password_page(form: Form, status: int = 200) -> Response:
    body = render_template("staff_password.html", form=form, password_hint=password_hint())
    return Response(body, status, content_type="text/html; charset=utf-8")
