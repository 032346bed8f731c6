"""修改手机号 (manual 10.1, A-15 to A-18): one form with a code to the old phone, a receipt; 核实手机号."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import PhoneProof, PhoneSaving, PhoneWish
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


@pages.get("/phone/changes/<segment:number>")
def phone_changed(number: str) -> str:
    """The change as a receipt."""
    change = hall().phone_change(visitor(), number)
    ended = request.args.get("ended", "")
    return render_template(
        "phone_changed.html",
        change=change,
        ended=ended if ended.isascii() and ended.isdigit() and len(ended) < 4 else "",
        caution=caution(),
    )


def _check_phones(form: Form) -> None:
    for name, sentence in PHONES.items():
        form.missing(name, sentence)
    if _phones(form)["new_phone"] != "".join(form.value("new_phone_again").split()):
        form.problems.append(Problem(input="new_phone_again", sentence="两次输入的新手机号不一致"))


def _phones(form: Form) -> dict[str, str]:
    return {name: "".join(form.value(name).split()) for name in PHONES}


def _page(form: Form, status: int = 200, **more: Any) -> Response:
    present = hall().phone(visitor())
    chosen = _phones(form)["new_phone"] if form.value("phone_change_id") else ""
    body = render_template(
        "phone.html", form=form, present=present, caution=caution(), whole=_in_groups(chosen), **more
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def _in_groups(phone: str) -> str:
    """A whole number as people compare it: 138 1234 5678."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}".strip()


@pages.get("/phone/verification")
def phone_verification() -> Response:
    """核实手机号: a code to the phone that is registered now."""
    return _verification_page(Form(), done=request.args.get("done") == "yes")


@pages.post("/phone/verification/code")
def phone_verification_code() -> Response:
    """获取验证码, to the new phone."""
    form = Form()
    try:
        issued = hall().issue_phone_code(visitor(), new_key())
    except Refusal as refusal:
        form.refuse(refusal, {"code": "code"})
        return _verification_page(form, refusal.status, sent=Sent(next_in_s=refusal.retry_after_s or 0))
    next_in_s = seconds_until(issued.get("next_at"))
    return _verification_page(form, sent=Sent(sent=True, next_in_s=next_in_s, to=issued.get("sent_to", "")))


@pages.post("/phone/verification")
def verify_phone() -> Response:
    """It came back: the phone is a login name from now on."""
    form = Form(request.form)
    form.missing("code", "请获取并输入短信验证码")
    if form.problems:
        return _verification_page(form, 422)
    try:
        body = checked(PhoneProof(), {"code": form.value("code").strip()})
        hall().verify_phone(visitor(), key(), body)
    except Refusal as refusal:
        form.refuse(refusal, {"code": "code"})
        return _verification_page(form, refusal.status)
    return redirect(url_for("pages.phone_verification", done="yes"), 303)


def _verification_page(form: Form, status: int = 200, **more: Any) -> Response:
    body = render_template("phone_verification.html", form=form, present=hall().phone(visitor()), **more)
    return Response(body, status, content_type="text/html; charset=utf-8")
