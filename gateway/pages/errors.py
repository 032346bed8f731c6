"""What a page says when it cannot do what was asked: always which part, why, and a way on."""

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from gateway.calls import Missing, Outstanding
from gateway.pages.asking import visitor
from gateway.pages.blueprint import CONSOLE, pages, to_log_in
from gateway.pages.outcomes import came_from, look_up_later
from gateway.pages.presenting import PARTS
from gateway.problems import Problem, problem_of, problem_response
from services.common.errors import Forbidden, Refusal, Unauthenticated
from services.common.subject import PROFESSIONAL_NEEDED

TITLES = {
    400: "请求不完整",
    403: "不能查看或办理",
    404: "没有找到这一页",
    405: "不能这样打开这一页",
    409: "现在不能这样办理",
    412: "内容已经变化",
    413: "提交的内容太大",
    422: "填写的内容有误",
    429: "操作太频繁",
    500: "这一步没有办成",
    503: "这一部分暂时无法使用",
}
# A page that was only opened, and nothing handed in.
TITLES_READING = {409: "现在不能查看或办理"}
SENTENCES = {
    400: "请回到上一页重新提交；如果页面打开很久，请先刷新。",
    404: "地址可能输错了，或者这笔业务不在您名下。",
    405: "请从页面上的按钮进入。",
    413: "请减少填写的内容后再提交。",
    500: "系统出现错误。请先查看这项业务的办理记录，没有办成再重新办理；需要协助请提供下面的追踪号。",
}
TO_STAFF = {
    404: "地址可能输错了，或者这条记录不存在。",
    500: "系统出现错误。请把下面的追踪号告诉系统运维，并先查看这一步是否已经办成，再决定是否重做。",
}
UNANSWERED = (
    "没有收到结果",
    "系统没有及时回应，这一步可能没有办成。请返回重新提交；如果提示已经办理过，请直接登录。",
)
SHOWN_AS_PAGES = (400, 404, 405, 413)
MACHINE_PATHS = ("/api/", "/static/", "/openapi.json", "/healthz", "/readyz", "/metrics")


@pages.errorhandler(Exception)
def explain(error: Exception) -> Response:
    """The page for whatever a page did not handle itself."""
    if isinstance(error, Unauthenticated):
        return to_log_in()
    if isinstance(error, Outstanding):
        return look_up_later(error) if _may_look_up() else _unanswered()
    if isinstance(error, Forbidden) and error.code == PROFESSIONAL_NEEDED:
        body = render_template("professional_needed.html")
        return Response(body, error.status, content_type="text/html; charset=utf-8")
    return error_page(error)


def error_page(error: Exception) -> Response:
    """`error` in words, with its rule, figures and first day, and a link back."""
    problem = problem_of(error)
    body = render_template(
        "error.html",
        status=problem.status,
        heading=_heading(problem.status),
        sentence=_sentence(error, problem),
        refusal=error if isinstance(error, Refusal) else None,
        trace=visitor().trace if problem.status >= 500 else None,
    )
    return Response(body, problem.status, problem.headers, content_type="text/html; charset=utf-8")


def _heading(status: int) -> str:
    titles = TITLES | TITLES_READING if request.method == "GET" else TITLES
    return titles.get(status, titles[409])


def _may_look_up() -> bool:
    """An operation's address tells nothing of what nobody in particular gave, or an unfinished login."""
    person = visitor().subject
    return person is not None and not person.restricted


def _unanswered() -> Response:
    heading, sentence = UNANSWERED
    body = render_template("error.html", heading=heading, sentence=sentence, again=came_from())
    return Response(body, 503, content_type="text/html; charset=utf-8")


def _sentence(error: Exception, problem: Problem) -> str:
    if isinstance(error, Missing):
        return f"{PARTS.get(error.service, '这一部分')}暂时没有回应，请稍后再试；其他业务不受影响。"
    if isinstance(error, Refusal):
        return error.sentence
    sentences = SENTENCES | TO_STAFF if request.path.startswith(CONSOLE) else SENTENCES
    return sentences.get(problem.status, problem.detail)


def _unknown_address(error: HTTPException) -> Response:
    if request.path.startswith(MACHINE_PATHS):
        return problem_response(problem_of(error))
    return error_page(error)


def install(app: Flask) -> None:
    """Answer addresses that no page has with a page, outside the API."""
    for status in SHOWN_AS_PAGES:
        app.register_error_handler(status, _unknown_address)
