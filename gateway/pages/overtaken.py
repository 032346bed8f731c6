"""A button whose bill has moved on by itself meanwhile: no error page, but the bill and a sentence."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from gateway.entrance import entrance, visitor
from services.common.errors import Refusal

_MOVED_ON = "您点[{title}]时，单据已是“{label}”，这一步没有再办理。"
SENTENCES = {
    "wrong_state": _MOVED_ON,
    "moved_first": "您点[{title}]时，单据刚刚已被处理，这一步没有再办理。",
    "bill_busy": "您点[{title}]时，单据正在支付处理中，这一步没有办理，请稍候再试。",
    "hold_not_released": "您点[{title}]时，上次预留的余额还在释放，这一步没有办理，请稍候再试。",
}
"""By the code of a refusal that says no more than that somebody else was quicker."""


def lead_back(page: str, number: str, sentence: str) -> Response:
    """To the page of the bill, which says once what became of the press."""
    response = redirect(url_for(page, number=number), 303)
    entrance().told_once.tell(response, visitor(), response.location, sentence)
    return response


def what_became() -> str:
    """The sentence for the press that led to this page, or nothing."""
    return entrance().told_once.told(request, visitor())


def of_refusal(refusal: Refusal, title: str) -> str:
    """What became of a press that is_race: the state it names is that of the press, whatever follows."""
    label = refusal.figures.get("bill_state", "")
    code = refusal.code if label or refusal.code != "wrong_state" else "moved_first"
    return SENTENCES[code].format(title=title, label=label)


def too_late(title: str, label: str) -> str:
    """What became of a button whose bill, as it is now, does not offer it any more."""
    return _MOVED_ON.format(title=title, label=label)


def not_any_more(title: str, reason: str) -> str:
    """The same where not the state is the reason."""
    return f"您点的[{title}]没有办理：{reason}"


def is_race(refusal: Refusal) -> bool:
    """Whether the no says only that the bill has moved on, or is being worked on, at this moment."""
    return refusal.code in SENTENCES
