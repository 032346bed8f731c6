"""The page behind a payment code: what a phone shows after the scan, where a person pays, or pays wrongly."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import income
from sandbox.answers import Refused
from sandbox.world import World

# What the buttons rehearse, and how the payment then differs from an honest one.
WAYS: dict[str, dict[str, object]] = {
    "right": {},
    "again": {"anyhow": True},
    "wrong": {"amount_fen": 1, "anyhow": True},
}


def add_checkout(blueprint: Blueprint, world: World) -> None:
    """Hang the two routes on the pages."""

    @blueprint.get("/pay/<token>")
    def checkout(token: str) -> str:
        code = income.code_of(world.store, token)
        labels = {"channels": income.CHANNELS, "states": income.CODE_STATES}
        return render_template("checkout.html", code=code, **labels)

    @blueprint.post("/pay/<token>")
    def pay(token: str) -> Response:
        code = income.code_of(world.store, token)
        how = WAYS.get(request.form.get("how", "right"))
        if how is None:
            raise Refused(422, "malformed", "how")
        body = income.PAYMENT.read({**how, "channel": request.form.get("channel", "")})
        income.pay_code(world.store, code["order_number"], body)
        return redirect(f"/pay/{token}", 303)
