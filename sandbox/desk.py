"""What people and scripts on this machine may read and set without a signature."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from sandbox import bank, captchas, cards, income, registers, sms
from sandbox.answers import Answer, Refused
from sandbox.shapes import Shape
from sandbox.wire import BULK_LIMIT_BYTES, number_asked, open_body, written
from sandbox.world import World

FARTHEST = 10**15
_INCOME = {"debits": income.DEBITS.lines, "payments": income.payments, "refunds": income.REFUNDS.lines}


def from_this_machine_only() -> None:
    """Raise Refused 403 for a caller elsewhere, or for a form that another site's page sends."""
    if not (request.remote_addr and ip_address(request.remote_addr).is_loopback):
        raise Refused(403, "not_from_here")
    elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if elsewhere and request.method not in ("GET", "HEAD"):
        raise Refused(403, "not_from_here")


def desk(world: World) -> Blueprint:
    """The unsigned part of the interface."""
    blueprint = Blueprint("desk", __name__)
    blueprint.before_request(from_this_machine_only)
    _add_faults(blueprint, world)
    _add_readings(blueprint, world)
    _add_loading(blueprint, world)
    return blueprint


def _add_faults(blueprint: Blueprint, world: World) -> None:
    @blueprint.put("/faults")
    def put_fault() -> Response:
        return written(Answer(vars(world.faults.put(open_body()))))

    @blueprint.get("/faults")
    def list_faults() -> Response:
        return written(Answer({"faults": [vars(fault) for fault in world.faults.listed()]}))

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        return written(Answer({"cleared": world.faults.clear(request.args.get("target"))}))


def _add_readings(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/bank/statement")
    def read_statement() -> Response:
        limit = max(1, number_asked("limit", bank.STATEMENT_PAGE, bank.STATEMENT_PAGE))
        return written(bank.statement(world.store, number_asked("after", 0, FARTHEST), limit))

    @blueprint.get("/bank/statement/<any('debits','payments','refunds'):kind>")
    def read_income(kind: str) -> Response:
        limit = max(1, number_asked("limit", bank.STATEMENT_PAGE, bank.STATEMENT_PAGE))
        lines = _INCOME[kind](world.store, number_asked("after", 0, FARTHEST), limit)
        following = lines[-1]["sequence"] if len(lines) == limit else None
        told = {kind: lines, "received_fen": income.received_fen(world.store), "next": following}
        return written(Answer(told))

    @blueprint.get("/messages")
    def read_messages() -> Response:
        limit = max(1, number_asked("limit", sms.USUALLY_LISTED, sms.MOST_LISTED))
        return written(_paged(sms.newest(world.store, limit, request.args.get("before")), limit))

    @blueprint.post("/messages/search")
    def search_messages() -> Response:
        return written(Answer(sms.search(world.store, sms.SEARCH.read(open_body()))))

    @blueprint.get("/captchas/<captcha_id>")
    def read_captcha(captcha_id: str) -> Response:
        return written(captchas.read(world.store, captcha_id))


def _add_loading(blueprint: Blueprint, world: World) -> None:
    @blueprint.post("/captchas")
    def tell_captcha() -> Response:
        return written(captchas.tell(world.store, captchas.CAPTCHA.read(open_body())))

    @blueprint.post("/bank/payment-codes/<order_number>/payments")
    def pay_code(order_number: str) -> Response:
        return written(income.pay_code(world.store, order_number, income.PAYMENT.read(open_body())))

    @blueprint.put("/registers/<name>/records")
    def load_records(name: str) -> Response:
        return written(registers.load(world.store, name, _records()))

    @blueprint.put("/bank/cards")
    def load_cards() -> Response:
        return written(cards.load_cards(world.store, _records()))


_RECORDS = Shape({"records": lambda value: isinstance(value, list) and len(value) <= registers.MOST_RECORDS})


def _records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = _RECORDS.read(open_body(BULK_LIMIT_BYTES))["records"]
    return records


def _paged(messages: list[dict[str, Any]], limit: int) -> Answer:
    if len(messages) < limit:
        return Answer(messages)
    query = urlencode({"limit": limit, "before": messages[-1]["message_number"]})
    return Answer(messages, headers={"Link": f'</messages?{query}>; rel="next"'})
