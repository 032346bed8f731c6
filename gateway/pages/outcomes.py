"""正在处理: a write whose answer did not come in time is looked up until it is known what became of it."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.calls import Missing, Outstanding
from gateway.pages.asking import hall, subject, visitor
from gateway.pages.blueprint import local_path, pages
from gateway.pages.presenting import bill_place
from gateway.pages.staff_members import HANDED_OVER, handed_over
from services.common.clock import technical_now
from services.common.permissions import STAFF_ROLES

# A service drops what comes after its deadline, and what it began before ends within its database's limits:
# what is absent so long after the deadline has not happened and will not.
ABSENT_AFTER_S = 20
AGAIN_S, SILENT_AGAIN_S = 3, 10
_SECONDS = re.compile(r"[0-9]{1,12}")
HTML = "text/html; charset=utf-8"
_RECORDS = {
    "withdrawal": ("pages.withdrawals", "个人提取信息"),
    "notify": ("pages.messages", "消息"),
}
_LOG = ("pages.operation_log", "日志查询")

Answer = dict[str, Any]


def look_up_later(outstanding: Outstanding) -> Response:
    """Lead to where the outcome shows, from the page that the write came from."""
    return _wait_at(outstanding.op_id, came_from())


def _wait_at(op_id: str, back: str) -> Response:
    asked = int(technical_now())
    return redirect(url_for("pages.operation", op_id=op_id, asked=asked, back=back), 303)


def came_from() -> str:
    """The page of this hall whose form was sent; else the address that it was sent to."""
    referrer = urlsplit(request.referrer or "")
    return local_path(referrer.path if referrer.netloc == request.host else request.path)


@pages.get("/operations/<segment:op_id>")
def operation(op_id: str) -> Response:
    """The outcome once it is known; until then a page that looks again by itself, but not for ever."""
    back, asked = local_path(request.args.get("back")), _asked_at()
    try:
        found = hall().operation(visitor(), op_id)
    except Missing as silence:
        return _waiting(op_id, SILENT_AGAIN_S, silent=silence.service)
    if found["state"] == "done":
        return _became(found.get("method", ""), found.get("answer") or {})
    waited_s = technical_now() - asked
    if asked <= 0 or waited_s < 0:
        return _wait_at(op_id, back)
    if waited_s > ABSENT_AFTER_S:
        return Response(render_template("not_done.html", back=back), content_type=HTML)
    return _waiting(op_id, AGAIN_S)


def _asked_at() -> int:
    """When the outcome was asked for first, in unix seconds; 0 when that is not told."""
    told = request.args.get("asked", "")
    return int(told) if _SECONDS.fullmatch(told) else 0


def _waiting(op_id: str, again_s: int, silent: str = "") -> Response:
    page, title = _RECORDS.get(op_id.partition("-")[0], _LOG)
    around = {"records": url_for(page), "records_title": title, "again_s": again_s, "silent": silent}
    response = Response(render_template("waiting.html", **around), 202, content_type=HTML)
    response.headers["Refresh"] = str(again_s)
    return response


def _became(method: str, answer: Answer) -> Response:
    person = subject()
    if person is None or person.role not in STAFF_ROLES:
        return redirect(_outcome(answer), 303)
    if method in HANDED_OVER and "initial_password" in answer:
        return handed_over(method, answer)
    return redirect(_outcome_for_staff(method, answer), 303)


# Method: the page of what the answer names, the page's argument, the answer's member.
_NAMED: dict[str, tuple[str, str, str]] = {
    "look_up": ("pages.staff_look", "number", "look"),
    "open_at_counter": ("pages.staff_openings", "done", "number"),
    "check_opening_at_counter": ("pages.staff_openings", "done", "number"),
    "enter_counter_change": ("pages.staff_counter_changes", "done", "number"),
    "check_counter_change": ("pages.staff_counter_changes", "done", "number"),
    "lift_suspension": ("pages.staff_openings", "done", "number"),
    "add_member": ("pages.staff_member", "login_name", "login_name"),
    "reset_member": ("pages.staff_member", "login_name", "login_name"),
    "change_member": ("pages.staff_member", "login_name", "login_name"),
    "disable_member": ("pages.staff_member", "login_name", "login_name"),
}
_LISTS: dict[str, tuple[str, Answer]] = {
    "replay_dead_letter": ("pages.staff_dead_letters", {"done": "replay"}),
    "drop_dead_letter": ("pages.staff_dead_letters", {"done": "drop"}),
    "retry_refund": ("pages.staff_stuck_contributions", {"done": "retry"}),
    "resume_interest_run": ("pages.staff_interest", {}),
    "set_aside_interest_account": ("pages.staff_interest", {}),
    "change_staff_password": ("pages.staff_profile", {"done": "changed"}),
    "end_session": ("pages.staff_profile", {"done": "ended"}),
    "end_other_sessions": ("pages.staff_profile", {"done": "others"}),
}


def _outcome_for_staff(method: str, answer: Answer) -> str:
    page, argument, member = _NAMED.get(method, ("", "", ""))
    if member in answer:
        named: Answer = {argument: answer[member]}
        return url_for(page, **named)
    page, arguments = _LISTS.get(method, ("pages.staff", {}))
    return url_for(page, **arguments)


def _outcome(answer: Answer) -> str:
    if answer.get("business") == "contribution":
        return url_for("pages.contribution", number=answer["number"])
    if "phone_changed" in answer:
        return url_for("pages.subscription_change", number=answer["number"], saved="yes")
    if "contribution_year" in answer:
        done = "undone" if answer["state"] == "undone" else "filed"
        return url_for("pages.base_adjustment", done=done)
    if "number" in answer:
        return _bill_outcome(str(answer["number"]))
    if "card" in answer:
        return url_for("pages.card", changed="yes")
    return url_for("pages.home")


def _bill_outcome(number: str) -> str:
    """A withdrawal tells its result; every other bill its own page."""
    return url_for("pages.result", number=number) if number.startswith("W") else bill_place(number)
