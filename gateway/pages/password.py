"""修改密码: the present password, another one typed twice, a code to the phone; other devices log out."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import PasswordChange
from gateway.pages.asking import hall, key, new_key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.first_visit import check_passwords
from gateway.pages.forms import Form, same_names
from gateway.problems import checked
from services.common.errors import Refusal
from services.common.password_length import password_hint

INPUTS = same_names("password", "new_password", "code")


@pages.get("/password")
def password() -> Response:
    """The form, or that it is done."""
    ended = request.args.get("ended", "")
    changed = ended if ended.isascii() and ended.isdigit() and len(ended) < 4 else ""
    return _page(Form(), changed=changed)


@pages.post("/password/code")
def password_code() -> Response:
    """获取验证码: to the registered phone, good for this session. Passwords are typed after it."""
    form = Form()
    try:
        issued = hall().issue_password_code(visitor(), new_key())
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _page(form, refusal.status, sent=Sent(next_in_s=refusal.retry_after_s or 0))
    next_in_s = seconds_until(issued.get("next_at"))
    return _page(form, sent=Sent(sent=True, next_in_s=next_in_s, to=issued.get("sent_to", "")))


@pages.post("/password")
def change_password() -> Response:
    """保存."""
    form = Form(request.form)
    form.missing("code", "请获取并输入短信验证码")
    form.missing("password", "请输入原密码")
    check_passwords(form, "new_password")
    return _page(form, 422) if form.problems else _save(form)


def _save(form: Form) -> Response:
    body = {name: form.value(name) for name in ("password", "new_password")}
    body["code"] = form.value("code").strip()
    try:
        changed = hall().change_password(visitor(), key(), checked(PasswordChange(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _page(form, refusal.status)
    return redirect(url_for("pages.password", ended=changed["sessions_ended"]), 303)


def _page(form: Form, status: int = 200, **more: Any) -> Response:
    body = render_template("password.html", form=form, password_hint=password_hint(), **more)
    return Response(body, status, content_type="text/html; charset=utf-8")
