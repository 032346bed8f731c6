"""Login with the edition chosen first, and leaving (A-09 to A-12)."""

from contextlib import suppress
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import SessionOpening
from gateway.calls import Missing, Outstanding
from gateway.pages.asking import captcha, hall, key, visitor
from gateway.pages.blueprint import local_path, pages
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.session import keep_session, leave_session
from gateway.problems import checked
from services.common.errors import NotFound, Refusal, Unauthenticated
from services.common.permissions import STAFF_ROLES

EDITIONS: dict[str, str] = {"professional": "个人专业版", "normal": "个人普通版"}
INPUTS = same_names("login_name", "password", "captcha_answer") | {"captcha_id": "captcha_answer"}
UNANSWERED = "系统没有及时回应，还不能确定是否登录成功。请重新输入密码和验证码，再登录一次。"
NEEDED = {"login_name": "请输入职工编号", "password": "请输入密码", "captcha_answer": "请输入验证码"}


@pages.get("/login")
def choose_edition() -> str:
    """First the edition (A-09); the other three halls are named, and that they are not part of this one."""
    return render_template("login_choose.html", editions=EDITIONS, back=request.args.get("next", ""))


@pages.route("/login/<segment:edition>", methods=["GET", "POST"])
def log_in(edition: str) -> Response:
    """Number, password and captcha of one edition (A-10, A-11)."""
    if edition not in EDITIONS:
        raise NotFound("edition_unknown", "没有这个版本，请重新选择。")
    form = Form(request.form)
    if request.method == "GET" or request.form.get("another"):
        return _login_page(edition, form)
    return _try_log_in(edition, form)


def _try_log_in(edition: str, form: Form) -> Response:
    for name, sentence in NEEDED.items():
        form.missing(name, sentence)
    if form.problems:
        return _login_page(edition, form, 422)
    try:
        body = checked(SessionOpening(), {"edition": edition} | credentials(form))
        opened = hall().log_in(visitor(), key(), body)
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _login_page(edition, form, refused_with(refusal))
    except Outstanding:
        form.problems.append(Problem(sentence=UNANSWERED))
        return _login_page(edition, form, 503)
    return keep_session(redirect(local_path(request.form.get("next")), 303), opened)


def credentials(form: Form) -> dict[str, str]:
    """The body of a login, citizen's or staff's."""
    names = ("login_name", "password", "captcha_id", "captcha_answer")
    return {name: form.value(name) if name == "password" else form.value(name).strip() for name in names}


def refused_with(refusal: Refusal) -> int:
    """A page with a form to correct answers 422 where an API would ask for authentication."""
    return 422 if isinstance(refusal, Unauthenticated) else refusal.status


def _login_page(edition: str, form: Form, status: int = 200) -> Response:
    surroundings: dict[str, Any] = {"edition": edition, "title": EDITIONS[edition], "form": form}
    surroundings["back"] = request.values.get("next", "")
    surroundings["captcha"] = captcha()
    return Response(
        render_template("login.html", **surroundings), status, content_type="text/html; charset=utf-8"
    )


@pages.post("/logout")
def log_out() -> Response:
    """End this session and return to the login; a silent auth does not keep anybody in."""
    person = visitor().subject
    door = "staff_log_in" if person and person.role in STAFF_ROLES else "choose_edition"
    with suppress(Missing, Outstanding):
        if person and not person.restricted:
            hall().log_out(visitor(), key())
    return leave_session(redirect(url_for(f"pages.{door}", left="yes"), 303))
