"""What a page needs to ask the hall something: the hall, the visitor, a key for each write."""

import secrets
from typing import Any, cast

from flask import current_app, request
from markupsafe import Markup

from gateway.entrance import csrf_token, entrance, visitor
from gateway.hall import Hall
from gateway.protection import CSRF_FIELD
from services.common.subject import Subject


def hall() -> Hall:
    """The hall that this gateway speaks for."""
    return cast(Hall, current_app.extensions["hall"])


def subject() -> Subject | None:
    """Who is logged in, if anybody."""
    return visitor().subject


def new_key() -> str:
    """A fresh idempotency key; made when a form is first shown, so that pressing twice acts once."""
    return secrets.token_urlsafe(18)


def captcha() -> dict[str, Any]:
    """A captcha for the form of this page; TooMany for who has had too many drawn."""
    entrance().admit_to_captcha()
    return hall().issue_captcha(visitor(), new_key())


def key_field() -> Markup:
    """The hidden input with a fresh key."""
    return Markup('<input type="hidden" name="key" value="{}">').format(new_key())


def csrf_field() -> Markup:
    """The hidden input that proves a write comes from one of our own pages."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, csrf_token())


def key() -> str:
    """The key that came with the form, or a fresh one where a form has lost it."""
    return request.form.get("key") or new_key()


__all__ = ["captcha", "csrf_field", "hall", "key", "key_field", "new_key", "subject", "visitor"]
