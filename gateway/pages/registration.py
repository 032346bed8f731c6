"""One page flow for every withdrawal reason, drawn from its entry (W-03 to W-24).

Conditions and documents, then the form with 获取验证码, then a page that shows everything before the
confirming press. What was typed travels in hidden fields; the gateway keeps nothing of it.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.amounts import fen_of
from gateway.api.schemas import Registration
from gateway.calls import Shape
from gateway.pages import menu
from gateway.pages.application import Application, Document, Question
from gateway.pages.asking import hall, key, new_key, visitor
from gateway.pages.blueprint import pages, transaction
from gateway.pages.codes import Sent, seconds_until
from gateway.pages.forms import Form, Problem
from gateway.problems import checked
from services.common.errors import Refusal

STEPS = ("确认条件", "填写申请", "核对确认", "办理结果")


@pages.get("/withdrawals/new")
def reasons() -> str:
    """归集业务办理: the eight reasons, each with its grounds, and what else can be done."""
    return render_template("reasons.html", reasons=hall().reasons(visitor())["items"], matters=menu.matters())


@pages.get("/withdrawals/new/<segment:code>")
@transaction
def reason(code: str) -> Response:
    """Conditions as they hold for this person today, and the documents to sign."""
    return _page("reason_conditions.html", _application(code), Form(), step=1)


@pages.post("/withdrawals/new/<segment:code>")
@transaction
def reason_again(code: str) -> Response:
    """Back to the conditions with what was typed."""
    return _page("reason_conditions.html", _application(code), Form(request.form), step=1)


@pages.post("/withdrawals/new/<segment:code>/form")
@transaction
def reason_form(code: str) -> Response:
    """下一步 or 提取登记: on to the form, unless marital status or a signature is missing (W-15 to W-18)."""
    application, form = _application(code), Form(request.form)
    _check_first(application, form)
    if form.problems:
        return _page("reason_conditions.html", application, form, step=1, status=422)
    return _page("reason_form.html", application, application.prefilled(form), step=2)


@pages.post("/withdrawals/new/<segment:code>/code")
@transaction
def reason_code(code: str) -> Response:
    """获取验证码: send one for this reason and amount, and keep everything typed so far."""
    application, form = _application(code), Form(request.form)
    _check_amount(application, form)
    if form.problems:
        return _page("reason_form.html", application, form, step=2, status=422)
    return _send_code(application, form)


def _send_code(application: Application, form: Form) -> Response:
    try:
        issued = hall().issue_withdrawal_code(visitor(), new_key(), application.code_request(form))
    except Refusal as refusal:
        form.refuse(refusal, application.inputs())
        waiting = Sent(next_in_s=refusal.retry_after_s or 0)
        return _page("reason_form.html", application, form, step=2, status=refusal.status, sent=waiting)
    sent = Sent(sent=True, next_in_s=seconds_until(issued.get("next_at")))
    return _page("reason_form.html", application, form, step=2, sent=sent)


@pages.post("/withdrawals/new/<segment:code>/review")
@transaction
def reason_review(code: str) -> Response:
    """申请登记: show everything once more before it takes effect."""
    application, form = _application(code), Form(request.form)
    _check_first(application, form)
    if form.problems:
        return _page("reason_conditions.html", application, form, step=1, status=422)
    _check_form(application, form)
    if form.problems:
        return _page("reason_form.html", application, form, step=2, status=422)
    return _page("reason_review.html", application, form, step=3)


@pages.post("/withdrawals/new/<segment:code>/registration")
@transaction
def reason_registration(code: str) -> Response:
    """确认提交: register, and lead to what came of it (W-23)."""
    application, form = _application(code), Form(request.form)
    try:
        bill = hall().register_withdrawal(visitor(), key(), checked(Registration(), application.body(form)))
    except Refusal as refusal:
        form.refuse(refusal, application.inputs())
        return _refused(application, form, refusal.status)
    return redirect(url_for("pages.result", number=bill["number"]), 303)


def _refused(application: Application, form: Form, status: int) -> Response:
    """Show the step on which the refused input stands."""
    first = {part.id for part in application.first_parts}
    if form.problems[-1].input in first:
        return _page("reason_conditions.html", application, form, step=1, status=status)
    return _page("reason_form.html", application, form, step=2, status=status)


def _application(code: str) -> Application:
    return Application(hall().reason(visitor(), code))


def _page(template: str, application: Application, form: Form, *, step: int, **more: Any) -> Response:
    status = more.pop("status", 200)
    entry: Shape = dict(application.entry)
    body = render_template(
        template, application=application, entry=entry, form=form, titles=STEPS, step=step, **more
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def _check_first(application: Application, form: Form) -> None:
    for question in application.first_questions:
        if question.required and application.applies(question, form):
            form.missing(question.id, _ask_for(question))
    for document in application.documents:
        if application.applies(document, form) and form.value(document.id) != document.version:
            form.problems.append(Problem(input=document.id, sentence=_sign(document)))


def _check_form(application: Application, form: Form) -> None:
    for question in application.form_questions:
        if question.required:
            form.missing(question.id, _ask_for(question))
    if application.settlements:
        form.missing("settlement", "请选择结算方式")
    _check_amount(application, form)
    form.missing("code", "请获取并输入短信验证码")


def _check_amount(application: Application, form: Form) -> None:
    if not application.enters_amount:
        return
    try:
        fen_of(application.amount(form))
    except Refusal:
        form.problems.append(Problem(input="amount", sentence="请输入大于零的提取金额，最多两位小数"))


def _ask_for(question: Question) -> str:
    return f"请先确认{question.label}" if question.choices else f"请填写{question.label}"


def _sign(document: Document) -> str:
    return f"请阅读并签署《{document.title}》"
