"""One function for each request around transfers."""

import os
from typing import Any

from sqlalchemy.orm import Session

from services.common.callbacks import genuine
from services.common.clock import business_now, business_today
from services.common.request import Request
from services.common.shape import loaded
from services.deposit.transfers import driving, letters, registration, views
from services.deposit.transfers.driving import Hall
from services.deposit.transfers.schemas import Letter

Arguments = dict[str, Any]
Shown = dict[str, Any]


def form(hall: Hall, request: Request) -> Shown:
    """What the form offers and what stands against an application."""
    with hall.database.read() as session:
        return registration.form(session, request.person.id, business_today())


def register(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """登记 (D-23); the sweep sends the letter a moment later."""
    return hall.database.once(request, registration.register, arguments)


def revoke(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """申请撤销 (D-26): the wish in one transaction, then the platform is asked at once.

    The wish has a key of its own, so that every repeat gets the transfer as the first answer told it.
    """
    number = arguments["number"]
    hall.database.once(request.effect, driving.revoke, number)
    with hall.database.read() as session:
        waiting = views.own(session, request.person.id, number).state == "revoking"
    if waiting:
        driving.drive(hall, number)
    return hall.database.once(request, _answer, number)


def _answer(session: Session, request: Request, number: str) -> Shown:
    return views.shown(session, views.own(session, request.person.id, number))


def one(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """One own transfer with its history."""
    with hall.database.read() as session:
        return _answer(session, request, arguments["number"])


def own(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """Own transfers, newest first."""
    with hall.database.read() as session:
        return views.page(session, request.person.id, arguments)


def stuck(hall: Hall) -> Shown:
    """What waits for long."""
    with hall.database.read() as session:
        return views.stuck(session, business_now())


def hear(hall: Hall, arguments: Arguments) -> Shown:
    """The platform tells how a letter stands. Raises Forbidden for a word that is not the platform's.

    Needs no key of its own: a letter's steps count from the first, so the same word again changes nothing.
    """
    letter = loaded(Letter, genuine(os.environ["TRANSFERS_KEY"], arguments))
    with hall.database.write() as session:
        letters.take(session, letter)
    return {"received": True}
