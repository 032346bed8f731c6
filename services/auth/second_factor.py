"""One-time codes of staff (RFC 6238): six digits for half a minute, from a secret in a phone. Pure."""

import pyotp
from pyotp.utils import strings_equal

STEP_S = 30
# A phone's clock may be half a minute off, and typing takes time.
STEPS_AROUND = 1
# A form sent again is judged by the moment of its first try, while its sender may still be waiting for it.
SENT_AGAIN_S = 120
ISSUER = "住房公积金工作台"


def new_secret() -> str:
    """160 random bits as 32 letters and digits, as an authenticator app takes them."""
    return pyotp.random_base32()


def address_for_app(secret: str, login_name: str) -> str:
    """What the QR code says to an authenticator app: `otpauth://totp/…`."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login_name, issuer_name=ISSUER)


def code_at(secret: str, step: int) -> str:
    """The code of a half minute, counted from 1970."""
    return pyotp.TOTP(secret, interval=STEP_S).at(step * STEP_S)


def step_of(now_s: float) -> int:
    """The half minute of a moment of the technical clock, in unix seconds."""
    return int(now_s // STEP_S)


def judged_still(first_s: float, now_s: float) -> bool:
    """May a code that was typed first at `first_s`, and comes again now, still be judged as of then?"""
    return now_s - first_s <= SENT_AGAIN_S


def proven_step(secret: str, code: str, now_s: float, used: int = 0) -> int | None:
    """The half minute whose code this is, none up to `used`; None when it is no code of now."""
    now = step_of(now_s)
    for step in range(max(now - STEPS_AROUND, used + 1), now + STEPS_AROUND + 1):
        if strings_equal(code_at(secret, step), code):
            return step
    return None
