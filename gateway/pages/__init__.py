"""The pages: a thin adapter between browsers and the hall. `register(app)` is all the application needs."""

from flask import Flask

from gateway.pages import (
    account,
    agreements,
    contributing,
    display,
    errors,
    first_visit,
    freelancer,
    home,
    identity,
    log,
    looks,
    opening,
    outcomes,
    papers,
    password,
    phone,
    registration,
    staff,
    staff_changes,
    staff_counter,
    staff_looks,
    staff_members,
    staff_own,
    staff_sms,
    statements,
    subscriptions,
    surroundings,
    transfers,
    withdrawals,
)
from gateway.pages.blueprint import pages
from gateway.routing import know_converters

ROUTES = (
    account,
    agreements,
    contributing,
    display,
    errors,
    first_visit,
    freelancer,
    home,
    identity,
    log,
    looks,
    opening,
    outcomes,
    papers,
    password,
    phone,
    registration,
    staff,
    staff_changes,
    staff_counter,
    staff_looks,
    staff_members,
    staff_own,
    staff_sms,
    statements,
    subscriptions,
    transfers,
    withdrawals,
)
"""The modules that hang their routes on the blueprint when they are imported."""


def register(app: Flask) -> None:
    """Open the pages of the hall in `app.extensions["hall"]`."""
    know_converters(app)
    surroundings.install(app)
    errors.install(app)
    app.register_blueprint(pages)


__all__ = ["ROUTES", "register"]
