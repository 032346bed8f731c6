"""A button whose bill has moved on by itself meanwhile: no error page, but the bill and a sentence."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from services.common.errors import Refusal

_MOVED_ON = "您点[{title}]时，单据已是“{label}”，这一步没有再办理。"
SENTENCES = {
    "wrong_state": _MOVED_ON,
    "moved_first": _MOVED_ON,
    "bill_busy": "您点[{title}]时，单据正在支付处理中，这一步没有办理，请稍候再试。",
    "hold_not_released": "您点[{title}]时，上次预留的余额还在释放，这一步没有办理，请稍候再试。",
}
"""By the code of a refusal that says no more than that somebody else was quicker."""
OVERTAKEN = "wrong_state"


def lead_back(page: str, number: str, pressed: str, because: str = OVERTAKEN) -> Response:
    """To the page of the bill, which says what became of the press."""
    return redirect(url_for(page, number=number, pressed=pressed, because=because), 303)


def what_became(bill: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """The sentence for the press that led to the bill's page, or nothing; `titles` are its buttons'."""
    title = titles.get(request.args.get("pressed", ""))
    sentence = SENTENCES.get(request.args.get("because", ""))
    return sentence.format(title=title, label=bill["label"]) if title and sentence else ""


def is_race(refusal: Refusal) -> bool:
    """Whether the no says only that the bill has moved on, or is being worked on, at this moment."""
    return refusal.code in SENTENCES
