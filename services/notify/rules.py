"""Who may have how many codes, when to try a message again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from services.common.addresses import counted_address

PHONE, TYPED, ACCOUNT = "phone", "typed_phone", "account"
ADDRESS, NETWORK, PREFIX, HALL = "address", "network", "prefix", "hall"

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_PREFIX_DIGITS = 7
_DOUBLINGS_MAX = 20
# The first tries come quickly because a code lives five minutes; a long outage is waited out calmly.
_WAITS_S = (1, 5, 15, 30, 60, 120, 300)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `figure` (a policy figure) asks in any `window_s` seconds for one subject of `scope`."""

    code: str
    scope: str
    figure: str
    window_s: int
    sentence: str


# Counters are locked in this order: narrow first, so that one busy phone holds up nobody else.
LIMITS = (
    Limit(
        code="code_asked_too_soon",
        scope=PHONE,
        figure="codes_per_phone_per_minute",
        window_s=_MINUTE_S,
        sentence="验证码刚刚发送过，请在{wait}后再获取。",
    ),
    Limit(
        code="code_asked_too_often",
        scope=PHONE,
        figure="codes_per_phone_per_hour",
        window_s=_HOUR_S,
        sentence="该手机号获取验证码过于频繁，请在{wait}后再获取。",
    ),
    Limit(
        code="code_asked_too_often",
        scope=PHONE,
        figure="codes_per_phone_per_day",
        window_s=_DAY_S,
        sentence="该手机号今日获取验证码的次数已用完，请在{wait}后再获取。",
    ),
    Limit(
        code="typed_phone_asked_too_often",
        scope=TYPED,
        figure="codes_per_typed_phone_per_day",
        window_s=_DAY_S,
        sentence="该手机号今日接收验证码的次数已用完，请在{wait}后再获取。",
    ),
    Limit(
        code="account_asks_too_often",
        scope=ACCOUNT,
        figure="codes_per_account_per_day",
        window_s=_DAY_S,
        sentence="您今日获取验证码的次数已用完，请在{wait}后再获取。",
    ),
    Limit(
        code="address_asks_too_often",
        scope=ADDRESS,
        figure="codes_per_address_per_hour",
        window_s=_HOUR_S,
        sentence="您所在的网络地址获取验证码过于频繁，请在{wait}后再获取。",
    ),
    Limit(
        code="network_asks_too_often",
        scope=NETWORK,
        figure="codes_per_network_per_hour",
        window_s=_HOUR_S,
        sentence="您所在的网络获取验证码过于频繁，请在{wait}后再获取。",
    ),
    Limit(
        code="prefix_asks_too_often",
        scope=PREFIX,
        figure="codes_per_prefix_per_hour",
        window_s=_HOUR_S,
        sentence="当前获取验证码的人数较多，请在{wait}后再获取。",
    ),
    Limit(
        code="hall_sends_too_many",
        scope=HALL,
        figure="codes_per_day",
        window_s=_DAY_S,
        sentence="短信发送量已达到今日上限，请在{wait}后再获取。",
    ),
)
SCOPES = tuple(dict.fromkeys(limit.scope for limit in LIMITS))


def free_at(limit: Limit, earlier_at: datetime | None, now: datetime) -> datetime | None:
    """When `limit` lets the next ask pass, or None when nothing is in the way.

    `earlier_at` is the ask that stands as many turns back as the limit allows in a window (None: no ask).
    One dated slightly ahead, by another replica's clock, counts too; one far ahead, of a rehearsal, does not.
    """
    window = timedelta(seconds=limit.window_s)
    if earlier_at is None or abs(now - earlier_at) >= window:
        return None
    return max(earlier_at, now - window) + window


def wait_s(until: datetime, now: datetime) -> int:
    """Whole seconds from `now` to `until`, at least one."""
    return max(1, ceil((until - now).total_seconds()))


def wait_in_words(seconds: int) -> str:
    """The wait as people say it: up to two minutes in seconds, up to two hours in minutes; rounded up."""
    if seconds <= 2 * _MINUTE_S:
        return f"{seconds}秒"
    if seconds <= 2 * _HOUR_S:
        return f"{ceil(seconds / _MINUTE_S)}分钟"
    return f"{ceil(seconds / _HOUR_S)}小时"


def back_off_s(unanswered: int, first_s: int, most_s: int) -> int:
    """Seconds between two asks after so many codes in a row that nobody gave back: doubled each time."""
    doublings = min(max(0, unanswered - 1), _DOUBLINGS_MAX)
    return 0 if unanswered == 0 else min(first_s << doublings, most_s)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks for a code and where it goes. `account` is None for somebody not logged in."""

    target: str
    phone: str | None
    typed: bool
    account: str | None
    address: str


def subjects(asking: Asking) -> dict[str, str]:
    """What each scope counts. `target` stands for an unknown person's phone and its number range, so that
    such a person meets the same limits."""
    phone = asking.phone or asking.target
    counted = {
        PHONE: phone,
        ADDRESS: counted_address(asking.address),
        NETWORK: counted_address(asking.address, 24, 48),
        PREFIX: asking.phone[:_PREFIX_DIGITS] if asking.phone else asking.target,
        HALL: "",
    }
    more = {TYPED: phone if asking.typed else None, ACCOUNT: asking.account}
    return counted | {scope: subject for scope, subject in more.items() if subject}


def next_wait_s(attempts: int) -> int:
    """Seconds until a message is tried again after `attempts` tries (1 or more)."""
    return _WAITS_S[min(attempts, len(_WAITS_S)) - 1]
