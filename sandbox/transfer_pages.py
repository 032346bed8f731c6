"""The page on which a person answers contact letters as the other centre, and the same for scripts."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import transfers
from sandbox.answers import Answer, Refused
from sandbox.pages import guard_pages
from sandbox.wire import open_body, written
from sandbox.world import World

SHOWN = 30


def transfer_pages(world: World) -> Blueprint:
    """Letters with the answers that may be given now."""
    blueprint = Blueprint("transfer_pages", __name__)
    guard_pages(blueprint)

    @blueprint.get("/transfers")
    def letters() -> str:
        return render_template(
            "transfers.html",
            letters=transfers.listed(world.store, SHOWN),
            titles=transfers.TITLES,
            with_money=transfers.WITH_MONEY,
        )

    @blueprint.post("/page/transfers")
    def answer_letter() -> AnyResponse:
        transfers.answer(world.store, transfers.ANSWER.read(_answer_of_form()))
        return redirect("/transfers", 303)

    @blueprint.get("/transfers/letters")
    def letters_for_scripts() -> Response:
        return written(Answer({"letters": transfers.listed(world.store, SHOWN)}))

    @blueprint.post("/transfers/answers")
    def answer_for_scripts() -> Response:
        return written(transfers.answer(world.store, transfers.ANSWER.read(open_body())))

    return blueprint


def _answer_of_form() -> dict[str, Any]:
    """Empty fields count as not given; amounts are typed in yuan. Raises Refused 422."""
    answer: dict[str, Any] = {name: value.strip() for name, value in request.form.items() if value.strip()}
    for name in ("principal", "interest"):
        if name in answer:
            answer[f"{name}_fen"] = _fen(name, answer.pop(name))
    return answer


def _fen(name: str, typed: str) -> int:
    try:
        fen = Decimal(typed) * 100
    except InvalidOperation:
        raise Refused(422, "malformed", name) from None
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise Refused(422, "malformed", name)
    return int(fen)
