"""自由职业者住房公积金账户设立 (D-28 to D-32, A-21, A-22) and 自由职业者基数调整 (D-22).

One form opens the account. After the captcha the applicant's number is kept in a cookie of its own, never in
an address, and name, ID number and phone stand fixed: the code is good for just what the form then says.
"""

import re
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import BaseWish, OpeningBegun, OpeningSubmitted, OpeningWish
from gateway.calls import Outstanding, Shape
from gateway.pages.asking import captcha, hall, key, new_key, visitor
from gateway.pages.blueprint import pages, transaction
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.first_visit import check_passwords
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.identity import refused_with
from gateway.pages.session import keep_session
from gateway.pages.steps import StepsCookie
from gateway.problems import checked
from services.common.errors import Refusal
from services.common.identifiers import narrow
from services.common.password_length import password_hint

_RATE = re.compile(r"[0-9]{1,3}")
APPLICANT = StepsCookie("applicant")
WISHED = ("office", "name", "id_number", "base", "rate_percent")
PERSON = ("name", "id_number", "phone")
NEEDED = {
    "office": "请选择缴存中心",
    "name": "请输入姓名",
    "id_number": "请输入身份证号码",
    "phone": "请输入手机号码",
    "base": "请输入月缴存基数",
    "rate_percent": "请选择缴存比例",
}
INPUTS = same_names(*NEEDED, "captcha_answer", "code", "password") | {"captcha_id": "captcha_answer"}
# The application is over: the next try begins with a captcha again.
OVER = ("application_over", "applicant_missing")


def _applicant() -> str:
    return APPLICANT.held()


def _page(form: Form, status: int = 200, *, applicant: str = "", sent: Sent | None = None) -> Response:
    terms = hall().freelancer_terms(visitor())
    body = render_template(
        "freelancer_opening.html",
        form=form,
        terms=terms,
        rates=[_rate(rate) for rate in terms["rates_percent"]],
        applicant=applicant,
        captcha=None if applicant else captcha(),
        sent=sent,
        password_hint=password_hint(),
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def _rate(percent: int) -> dict[str, str]:
    half = percent // 2
    return {"code": str(percent), "title": f"{percent}%（{half}% + {half}%，均由本人缴存）"}


def _keeping(response: Response, applicant: str) -> Response:
    """The browser keeps the application, or forgets it when there is none."""
    if applicant:
        APPLICANT.keep(response, applicant)
    else:
        APPLICANT.drop(response)
    return response


@pages.route("/freelancer-opening", methods=["GET", "POST"])
def freelancer_opening() -> Response:
    """The one form, and 我已阅知、同意协议并提交申请 (D-29 to D-31)."""
    form = Form(request.form)
    if request.method == "GET" or request.form.get("another") or request.form.get("restart"):
        return _keeping(_page(form), "")
    _note_missing(form)
    if not _applicant():
        form.missing("captcha_answer", "请输入验证码，再点“获取验证码”")
    form.missing("code", "请点“获取验证码”，再输入收到的短信验证码")
    check_passwords(form)
    return _page(form, 422, applicant=_applicant()) if form.problems else _open(form)


def _note_missing(form: Form) -> None:
    for name, sentence in NEEDED.items():
        form.missing(name, sentence)


def _wish(form: Form) -> Shape:
    typed: Shape = {name: form.value(name).strip() for name in WISHED}
    rate = narrow(typed["rate_percent"])
    return typed | {"rate_percent": int(rate)} if _RATE.fullmatch(rate) else typed


@pages.post("/freelancer-opening/code")
def freelancer_opening_code() -> Response:
    """获取验证码: the captcha once, then a code to the typed phone (N-13)."""
    form = Form(request.form)
    _note_missing(form)
    applicant = _applicant() if request.form.get("fixed") else ""
    if not applicant:
        form.missing("captcha_answer", "请输入验证码")
    if form.problems:
        return _page(form, 422, applicant=applicant)
    try:
        applicant = applicant or _begun(form)
        issued = hall().issue_opening_code(
            visitor(), new_key(), applicant, checked(OpeningWish(), _wish(form))
        )
    except Refusal as refusal:
        return _refused(form, refusal, applicant)
    sent = Sent(sent=True, next_in_s=seconds_until(issued.get("next_at")))
    return _keeping(_page(form, applicant=applicant, sent=sent), applicant)


def _begun(form: Form) -> str:
    names = ("phone", "captcha_id", "captcha_answer")
    body = _wish(form) | {name: form.value(name).strip() for name in names}
    begun = hall().begin_opening(visitor(), new_key(), checked(OpeningBegun(), body))
    return str(begun["applicant"])


def _refused(form: Form, refusal: Refusal, applicant: str) -> Response:
    if refusal.code.startswith("agreement_"):
        # Its figures are the new text, which the page shows anyway.
        form.problems.append(Problem(sentence=refusal.sentence))
    else:
        form.refuse(refusal, INPUTS)
    applicant = "" if refusal.code in OVER else applicant
    sent = Sent(next_in_s=refusal.retry_after_s) if refusal.retry_after_s and applicant else None
    return _keeping(_page(form, refused_with(refusal), applicant=applicant, sent=sent), applicant)


def _open(form: Form) -> Response:
    body: dict[str, Any] = _wish(form) | {"code": form.value("code").strip()}
    body["password"] = form.value("password")
    body["consent"] = {"version": form.value("version"), "digest": form.value("digest")}
    try:
        opened = hall().open_freelancer(visitor(), key(), _applicant(), checked(OpeningSubmitted(), body))
    except Refusal as refusal:
        return _refused(form, refusal, _applicant())
    except Outstanding:
        return redirect(url_for("pages.freelancer_opening_state"), 303)
    return _opened(opened)


def _opened(opened: Shape) -> Response:
    if "token" not in opened:
        page = render_template("freelancer_opened.html", account=opened, entered=False)
        return _keeping(Response(page, 201, content_type="text/html; charset=utf-8"), "")
    return _keeping(keep_session(redirect(url_for("pages.freelancer_opened"), 303), opened), "")


@pages.get("/freelancer-opening/state")
def freelancer_opening_state() -> Response | str:
    """After a submission whose outcome was not known in time: has the account been opened?"""
    if not _applicant():
        return redirect(url_for("pages.freelancer_opening"), 303)
    state = hall().opening_state(visitor(), _applicant())
    return render_template("freelancer_opening_state.html", application=state)


@pages.get("/account/opened")
def freelancer_opened() -> Response | str:
    """即时开通住房公积金账户: the receipt, already logged in (D-32, A-22)."""
    account = hall().account(visitor())
    if not account.get("freelancer"):
        return redirect(url_for("pages.account"), 303)
    shown = account | {
        "office": account["employer"],
        "monthly": account["monthly_contribution"],
        "base": account["contribution_base"],
        "rate_percent": account["employer_rate_percent"] + account["person_rate_percent"],
    }
    return render_template("freelancer_opened.html", account=shown, entered=True)


@pages.route("/base-adjustment", methods=["GET", "POST"])
@transaction
def base_adjustment() -> Response:
    """自由职业者基数调整: the base now, the new one, and what was adjusted before (D-22)."""
    form = Form(request.form)
    if request.method == "GET":
        return _base_page(form)
    form.missing("base", "请输入新的月缴存基数")
    return _base_page(form, 422) if form.problems else _adjust(form)


def _base_page(form: Form, status: int = 200) -> Response:
    shown = hall().base_adjustments(visitor())
    done = request.args.get("done", "")
    body = render_template("base_adjustment.html", shown=shown, form=form, done=done)
    return Response(body, status, content_type="text/html; charset=utf-8")


def _adjust(form: Form) -> Response:
    try:
        hall().adjust_base(visitor(), key(), checked(BaseWish(), {"base": form.value("base").strip()}))
    except Refusal as refusal:
        form.refuse(refusal, same_names("base"))
        return _base_page(form, refusal.status)
    return redirect(url_for("pages.base_adjustment", done="filed"), 303)


@pages.route("/base-adjustment/<segment:number>/undo", methods=["GET", "POST"])
@transaction
def undo_base_adjustment(number: str) -> Response:
    """Ask once more, then take the adjustment back."""
    form = Form(request.form)
    if request.method == "GET":
        items = hall().base_adjustments(visitor())["items"]
        found = next((item for item in items if item["number"] == number), None)
        body = render_template("base_adjustment_undo.html", number=number, item=found)
        return Response(body, content_type="text/html; charset=utf-8")
    try:
        hall().undo_base_adjustment(visitor(), key(), number)
    except Refusal as refusal:
        form.refuse(refusal, {})
        return _base_page(form, refusal.status)
    return redirect(url_for("pages.base_adjustment", done="undone"), 303)
