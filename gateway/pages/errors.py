"""What a page says when it cannot do what was asked: always which part, why, and a way on."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.calls import Missing, Outstanding
from gateway.pages.asking import visitor
from gateway.pages.blueprint import pages, to_log_in
from gateway.pages.presenting import PARTS
from services.common.errors import Fault, Refusal, Unauthenticated

TITLES = {
    400: "请求不完整",
    403: "不能查看这一页",
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
SENTENCES = {
    400: "请回到上一页重新提交；如果页面打开很久，请先刷新。",
    403: "请用有权限的身份登录。",
    404: "地址可能输错了，或者这笔业务不在您名下。",
    405: "请从页面上的按钮进入。",
    413: "请减少填写的内容后再提交。",
    429: "请稍后再试。",
    500: "系统出现错误，没有办成的业务不会扣款。请把下面的追踪号告诉工作人员。",
    503: "请稍后再试；其他业务不受影响。",
}


def error_page(status: int, sentence: str = "", *, refusal: Refusal | None = None) -> Response:
    """The page for `status`, in words, with a link back; a refusal adds its rule, figures and first day."""
    body = render_template(
        "error.html",
        status=status,
        heading=TITLES.get(status, TITLES[409]),
        sentence=sentence or SENTENCES.get(status, SENTENCES[500]),
        refusal=refusal,
        trace=visitor().trace if status >= 500 else None,
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.errorhandler(Unauthenticated)
def log_in_first(_: Unauthenticated) -> Response:
    """Nobody is logged in, or no longer."""
    return to_log_in()


@pages.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """A no that no form of ours has caught."""
    response = error_page(refusal.status, refusal.sentence, refusal=refusal)
    if refusal.retry_after_s is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    return response


@pages.errorhandler(Missing)
def missing(absence: Missing) -> Response:
    """A service gave no answer in time: say which part that is."""
    response = error_page(503, f"{PARTS.get(absence.service, '这一部分')}暂时没有回应，请稍后再试；其他业务不受影响。")
    response.headers["Retry-After"] = "5"
    return response


@pages.errorhandler(Outstanding)
def outstanding(order: Outstanding) -> Response:
    """The outcome of a write is not known yet: lead to the page that looks for it."""
    return redirect(url_for("pages.operation", op_id=order.op_id), 303)


@pages.errorhandler(Fault)
def broken(_: Fault) -> Response:
    """A bug behind the bus: the trace number and nothing more."""
    return error_page(500)

