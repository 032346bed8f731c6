"""在线开通专业版: agreement, identity and password, face verification, login (A-05 to A-08).

What only this browser holds of the opening travels in a cookie of its own, never in an address. The provider
sends the browser in which the face has passed back with a code: in this browser it opens the edition, in any
other it counts for nothing, and it leaves the address at once.
"""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import OpeningBegin, OpeningIdentity, OpeningReturn, PhoneProof
from gateway.calls import Outstanding, Shape
from gateway.pages.asking import hall, key, new_key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.first_visit import check_passwords
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.session import keep_session
from gateway.pages.steps import StepsCookie
from gateway.problems import checked
from gateway.uses.opening import PROFESSIONAL_EDITION
from services.common.errors import NotFound, Refusal, TooMany
from services.common.password_length import password_hint
from services.common.request import digest_of

OPENING = StepsCookie("opening")
STEPS = ("同意协议", "身份和密码", "人脸核验", "开通成功")
CODE = {"code": "code"}
INPUTS = same_names("name", "id_number", "password") | {"consent": "consent"}


def _page(step: int, form: Form, status: int = 200, **more: object) -> Response:
    body = render_template("opening.html", steps=STEPS, step=step, form=form, **more)
    return Response(body, status, content_type="text/html; charset=utf-8")


def _opening_id() -> str:
    return OPENING.held()


@pages.get("/opening")
def opening() -> Response:
    """Step one: the service agreement, word for word (A-07)."""
    return _agreement_page(Form())


def _agreement_page(form: Form, status: int = 200) -> Response:
    return _page(1, form, status, agreement=hall().agreement(visitor(), PROFESSIONAL_EDITION))


@pages.post("/opening")
def accept_agreement() -> Response:
    """同意并继续; a text that changed since it was shown is shown anew."""
    form = Form(request.form)
    form.missing("consent", "请阅读服务协议，并勾选同意")
    if form.problems:
        return _agreement_page(form, 422)
    names = ("code", "version", "digest")
    body = {"consent": {name: form.value(name) for name in names}}
    try:
        begun = hall().begin_edition_opening(visitor(), key(), checked(OpeningBegin(), body))
    except Refusal as refusal:
        return _agreement_refused(refusal.sentence, refusal.status)
    except Outstanding:
        return _agreement_refused("没有收到办理结果，请再同意一次。", 503)
    response = redirect(url_for("pages.opening_identity"), 303)
    OPENING.keep(response, begun["opening_id"])
    return response


def _agreement_refused(sentence: str, status: int) -> Response:
    return _agreement_page(Form({}, [Problem(input="consent", sentence=sentence)]), status)


@pages.route("/opening/identity", methods=["GET", "POST"])
def opening_identity() -> Response:
    """Step two: name, ID number, own password (A-08)."""
    form = Form(request.form)
    if not _opening_id():
        return redirect(url_for("pages.opening"), 303)
    if request.method == "GET":
        return _identity_page(form)
    form.missing("name", "请输入姓名")
    form.missing("id_number", "请输入身份证号码")
    check_passwords(form)
    return _identity_page(form, 422) if form.problems else _submit(form)


def _identity_page(form: Form, status: int = 200) -> Response:
    return _page(2, form, status, password_hint=password_hint())


def _submit(form: Form) -> Response:
    body = {name: form.value(name).strip() for name in ("name", "id_number")}
    body["password"] = form.value("password")
    try:
        hall().submit_opening(visitor(), key(), _opening_id(), checked(OpeningIdentity(), body))
    except NotFound:
        return redirect(url_for("pages.opening"), 303)
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _identity_page(form, refusal.status)
    except Outstanding:
        # The next page shows whether it was taken; nothing of it is done twice.
        pass
    return redirect(url_for("pages.opening_face"), 303)


@pages.get("/opening/face")
def opening_face() -> Response:
    """Step three: to the provider, and what became of it."""
    if not _opening_id():
        return redirect(url_for("pages.opening"), 303)
    try:
        found = hall().opening(visitor(), _opening_id())
    except NotFound:
        return redirect(url_for("pages.opening"), 303)
    if found["state"] == "drafted":
        return redirect(url_for("pages.opening_identity"), 303)
    return _page(3, Form(), opening=found, looked=request.args.get("looked") == "yes")


@pages.get("/opening/return")
def opening_return() -> Response:
    """Where the provider sends people back to: hand over what they bring, and let in whoever passed."""
    code = request.args.get("code", "")
    if not code:
        return _asked()
    if not _opening_id():
        return redirect(url_for("pages.opening_return"), 303)
    return _brought(code)


def _brought(code: str) -> Response:
    try:
        body = checked(OpeningReturn(), {"return_code": code})
        # One key for one code, so that a page loaded twice brings it once.
        found = hall().bring_back_opening(visitor(), f"return-{digest_of(code)[:40]}", _opening_id(), body)
    except (Refusal, Outstanding):
        return redirect(url_for("pages.opening_face", looked="yes"), 303)
    return _in_or_on(found)


@pages.post("/opening/code")
def opening_code() -> Response:
    """获取验证码, to the registered phone of whose face has passed."""
    return _by_phone(_send)


@pages.post("/opening/confirmation")
def confirm_opening() -> Response:
    """确认开通 with that code, where the provider's return code never came here."""
    return _by_phone(_confirm)


def _by_phone(step: Callable[[Form], Response]) -> Response:
    if not _opening_id():
        return redirect(url_for("pages.opening"), 303)
    try:
        return step(Form(request.form))
    except NotFound:
        return redirect(url_for("pages.opening"), 303)


def _send(form: Form) -> Response:
    try:
        issued = hall().issue_edition_code(visitor(), new_key(), _opening_id())
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal, CODE)
        return _passed_page(form, refusal.status, sent=Sent(next_in_s=refusal.retry_after_s or 0))
    return _passed_page(form, sent=Sent(sent=True, next_in_s=seconds_until(issued.get("next_at"))))


def _confirm(form: Form) -> Response:
    form.missing("code", "请获取并输入短信验证码")
    if form.problems:
        return _passed_page(form, 422)
    try:
        body = checked(PhoneProof(), {"code": form.value("code").strip()})
        found = hall().confirm_opening(visitor(), key(), _opening_id(), body)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal, CODE)
        return _passed_page(form, refusal.status)
    return _in_or_on(found)


def _passed_page(form: Form, status: int = 200, **more: object) -> Response:
    return _page(3, form, status, opening=hall().opening(visitor(), _opening_id()), **more)


@pages.post("/opening/check")
def check_opening() -> Response:
    """查询结果: ask once more."""
    return _asked()


def _asked() -> Response:
    if not _opening_id():
        return _page(3, Form(), opening=None)
    try:
        found = hall().check_opening(visitor(), new_key(), _opening_id())
    except NotFound:
        return redirect(url_for("pages.opening"), 303)
    except (TooMany, Outstanding):
        return redirect(url_for("pages.opening_face", looked="yes"), 303)
    return _in_or_on(found)


def _in_or_on(found: Shape) -> Response:
    if found["state"] != "opened":
        return redirect(url_for("pages.opening_face", looked="yes"), 303)
    try:
        # One key for one opening, so that a page loaded twice is one login.
        entered = hall().enter_opening(visitor(), f"enter-{_opening_id()}", _opening_id())
    except (Refusal, Outstanding):
        return redirect(url_for("pages.opening_face"), 303)
    response = keep_session(redirect(url_for("pages.opening_done"), 303), entered)
    OPENING.drop(response)
    return response


@pages.get("/opening/done")
def opening_done() -> Response:
    """开通成功: logged in by the professional edition."""
    return _page(4, Form())
