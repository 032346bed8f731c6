"""短信定制 (manual 10.2): items to add and remove, receiving phone, code, receipt (N-01 to N-04)."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import SubscriptionChoice, SubscriptionSaving
from gateway.calls import Shape
from gateway.pages.asking import hall, key, new_key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.forms import Form, same_names
from gateway.problems import checked
from services.common.errors import Refusal

ITEM = "item-"
OTHER = "other"
INPUTS = same_names("phone", "code", "receiver") | {"items": "items", "version": "items"}


@pages.get("/sms-subscription")
def subscription() -> Response:
    """The items and the receiving phone as they are."""
    found = hall().subscription(visitor())
    return _page(found, _as_saved(found))


def _as_saved(found: Shape) -> Form:
    chosen = {ITEM + item["code"]: "yes" for item in found["items"] if item["chosen"]}
    receiver = found["receiver"] if found["phone_masked"] else OTHER
    return Form(chosen | {"receiver": receiver, "version": str(found["version"])})


@pages.post("/sms-subscription/code")
def subscription_code() -> Response:
    """获取验证码 for just this choice; what was ticked and typed stays."""
    found, form = hall().subscription(visitor()), Form(request.form)
    _check_receiver(form)
    if form.problems:
        return _page(found, form, 422)
    try:
        issued = hall().issue_subscription_code(
            visitor(), new_key(), checked(SubscriptionChoice(), _choice(found, form))
        )
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _page(found, form, refusal.status, sent=Sent(next_in_s=refusal.retry_after_s or 0))
    next_in_s = seconds_until(issued.get("next_at"))
    return _page(found, form, sent=Sent(sent=True, next_in_s=next_in_s, to=issued.get("sent_to", "")))


@pages.post("/sms-subscription")
def subscribe() -> Response:
    """保存: items and receiving phone, when the code is right; then the receipt."""
    found, form = hall().subscription(visitor()), Form(request.form)
    _check_receiver(form)
    form.missing("code", "请获取并输入短信验证码")
    if form.problems:
        return _page(found, form, 422)
    body = _choice(found, form) | {"code": form.value("code").strip()}
    try:
        saved = hall().subscribe(visitor(), key(), checked(SubscriptionSaving(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _page(found, form, refusal.status)
    return redirect(url_for("pages.subscription_change", number=saved["number"], saved="yes"), 303)


@pages.get("/sms-subscription/changes/<segment:number>")
def subscription_change(number: str) -> str:
    """One saving as a receipt."""
    change = hall().subscription_change(visitor(), number)
    return render_template(
        "subscription_change.html", change=change, saved=request.args.get("saved") == "yes"
    )


def _check_receiver(form: Form) -> None:
    form.missing("receiver", "请选择接收手机号")
    if form.value("receiver") == OTHER:
        form.missing("phone", "请输入新的接收手机号")


def _choice(found: Shape, form: Form) -> Shape:
    chosen = [
        item["code"] for item in found["items"] if not item["fixed"] and form.value(ITEM + item["code"])
    ]
    choice: Shape = {"items": chosen, "receiver": form.value("receiver"), "version": _version(form)}
    if form.value("receiver") == OTHER:
        choice["phone"] = "".join(form.value("phone").split())
    return choice


def _version(form: Form) -> int:
    given = form.value("version")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _page(found: Shape, form: Form, status: int = 200, **more: Any) -> Response:
    body = render_template("subscription.html", subscription=found, form=form, **more)
    return Response(body, status, content_type="text/html; charset=utf-8")
