"""修改手机号 (manual 10.1, A-15 to A-18): one form with 获取验证码 to the old phone, and a receipt."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import PhoneSaving, PhoneWish
from gateway.pages.asking import hall, key, new_key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.cautions import caution
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.forms import Form, Problem, same_names
from gateway.problems import checked
from services.common.errors import Refusal

INPUTS = same_names("old_phone", "new_phone", "code", "password") | {"phone_change_id": "code"}
PHONES = {"old_phone": "请输入原认证手机号", "new_phone": "请输入新认证手机号"}


@pages.get("/phone")
def phone() -> Response:
    """The verified phone as it stands, and the form that changes it."""
    return _page(Form())


@pages.post("/phone/code")
def phone_code() -> Response:
    """获取验证码: to the old phone, good for just this new one (A-17, N-14)."""
    form = Form(request.form.to_dict())
    _check_phones(form)
    return _page(form, 422) if form.problems else _send(form)


def _send(form: Form) -> Response:
    try:
        begun = hall().begin_phone_change(visitor(), new_key(), checked(PhoneWish(), _phones(form)))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _page(form, refusal.status, sent=Sent(next_in_s=refusal.retry_after_s or 0))
    kept = Form(dict(form.values) | {"phone_change_id": begun["phone_change_id"]})
    return _page(kept, sent=Sent(sent=True, next_in_s=seconds_until(begun.get("next_at"))))


@pages.post("/phone")
def change_phone() -> Response:
    """保存 (A-18); every other device is logged out."""
    form = Form(request.form.to_dict())
    _check_phones(form)
    form.missing("code", "请获取并输入短信验证码")
    form.missing("password", "请输入登录密码")
    if form.value("code").strip() and not form.value("phone_change_id"):
        form.problems.append(Problem(input="code", sentence="请先点“获取验证码”"))
    return _page(form, 422) if form.problems else _save(form)


def _save(form: Form) -> Response:
    body = {name: form.value(name).strip() for name in ("phone_change_id", "code")}
    body |= {"new_phone": _phones(form)["new_phone"], "password": form.value("password")}
    try:
        changed = hall().change_phone(visitor(), key(), checked(PhoneSaving(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _page(form, refusal.status)
    return redirect(
        url_for("pages.phone_changed", number=changed["number"], ended=changed["sessions_ended"]), 303
    )


@pages.get("/phone/changes/<number>")
def phone_changed(number: str) -> str:
    """The change as a receipt."""
    change = hall().phone_change(visitor(), number)
    ended = request.args.get("ended", "")
    return render_template(
        "phone_changed.html",
        change=change,
        ended=ended if ended.isdigit() and len(ended) < 4 else "",
        caution=caution(),
    )


def _check_phones(form: Form) -> None:
    for name, sentence in PHONES.items():
        form.missing(name, sentence)


def _phones(form: Form) -> dict[str, str]:
    return {name: "".join(form.value(name).split()) for name in PHONES}


def _page(form: Form, status: int = 200, **more: Any) -> Response:
    present = hall().phone(visitor())
    body = render_template("phone.html", form=form, present=present, caution=caution(), **more)
    return Response(body, status, content_type="text/html; charset=utf-8")
