"""Rules of identity: names one may log in by, passwords, locks after failures, the life of sessions. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

PROFESSIONAL, NORMAL = "professional", "normal"

SUSPENDED = (
    "您的个人专业版因柜台开通复核有误已暂停，请持身份证到开通的管理部柜台更正；"
    "更正后恢复，期间可以用普通版登录。"
)
OPEN_PROFESSIONAL = (
    "您尚未开通个人专业版。可以在登录页面在线开通，或者本人持有效身份证件到任一管理部柜台签订服务协议；"
    "现在可以选择普通版登录，查询不受影响。"
)
# Only somebody whose face has proven who they are reads the last four: nobody else learns who has an account.
WHY_NOT_OPENED = {
    "face_failed": "人脸核验没有通过，请本人在光线充足处重新开通。",
    "no_account": "您在本中心没有住房公积金个人账户，不能开通个人专业版。",
    "name_differs": "所填姓名与本中心登记的姓名不一致，请持身份证到任一管理部柜台更正后再开通。",
    "already_open": "您已经开通个人专业版，请直接登录；忘记密码请持身份证到任一管理部柜台重置。",
    "suspended": "您的个人专业版已暂停，请持身份证到开通的管理部柜台更正后恢复，不用重新开通。",
    "password_tells": "密码中不能含有您的职工编号或手机号，请换一个密码重新开通。",
}

_LOGIN_NAMES = {
    "fund_number": re.compile(r"[0-9]{12}"),
    "phone": re.compile(r"1[3-9][0-9]{9}"),
    "id_number": re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}"),
}
# fmt: off
_WELL_KNOWN = frozenset(
    {
        "password", "passw0rd", "password1", "qwertyui", "qwerty12", "iloveyou", "letmein1", "admin123",
        "welcome1", "woaini1314", "1qaz2wsx", "1q2w3e4r", "asdfghjk", "zxcvbnm1", "a1234567", "a12345678",
        "abc12345", "abcd1234", "abc123456", "qq123456", "88888888", "12341234", "11223344", "123123123",
        "147258369", "159357456", "5201314520", "1314520520",
    }
)
# fmt: on
_RUNS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_OWN_NUMBER_TAIL = 6


def normal_text(text: str) -> str:
    """The text as compared: full-width letters and digits narrowed, spaces around it dropped."""
    return unicodedata.normalize("NFKC", text).strip()


def normal_login_name(text: str) -> str:
    """A login name as compared and indexed: no spaces, capital X in an ID number."""
    return normal_text(text).replace(" ", "").upper()


def normal_staff_name(text: str) -> str:
    """A staff login name as compared and stored: small letters."""
    return normal_text(text).lower()


_STAFF_NAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
# Who these are in histories and keys is not a person.
_NOT_STAFF = frozenset({"anonymous", "system", "citizen", "provider", "gateway", "sandbox"})


def staff_name_refusal(name: str) -> str | None:
    """Why staff may not be called so; None when they may. None is a fund number: a letter begins it."""
    if not _STAFF_NAME.fullmatch(name):
        return "工号应以小写字母开头，由3至40个小写字母、数字、点、下划线或连字符组成。"
    return "这个工号由系统保留，请换一个。" if name in _NOT_STAFF else None


def kind_of_login_name(name: str) -> str | None:
    """Which of the three names it is (decision 18): fund_number, id_number, phone; None for neither."""
    return next((kind for kind, shape in _LOGIN_NAMES.items() if shape.fullmatch(name)), None)


class PasswordLimits(Protocol):
    """Length in characters, from policy."""

    @property
    def length_min(self) -> int:
        """The least."""

    @property
    def length_max(self) -> int:
        """The most."""


def password_refusal(password: str, limits: PasswordLimits, own_numbers: Iterable[str] = ()) -> str | None:
    """Why the password may not be used, as a sentence for the person; None when it may (decision 19)."""
    if not limits.length_min <= len(password) <= limits.length_max:
        return f"密码长度应为{limits.length_min}至{limits.length_max}位。"
    if _is_easy(password.casefold()):
        return "密码过于简单，请不要使用常见密码、连续或重复的字符。"
    if any(_tells(password, number) for number in own_numbers if number):
        return "密码中不能含有您的职工编号、身份证号或手机号。"
    return None


def _is_easy(password: str) -> bool:
    runs = any(password in line or password in line[::-1] for line in (run * 2 for run in _RUNS))
    return runs or len(set(password)) < 3 or password in _WELL_KNOWN


def _tells(password: str, number: str) -> bool:
    """The number as a whole, or a password that is little more than the end of it (the usual guess)."""
    tail = number[-_OWN_NUMBER_TAIL:]
    return number in password.upper() or (tail in password.upper() and len(password) <= len(tail) + 3)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a door closes: after `attempts_max` failures in `window_minutes`, each time for twice as long."""

    attempts_max: int
    window_minutes: int
    lock_minutes: int
    lock_minutes_max: int


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """What is remembered about one door: failures since the last lock, locks, and until when."""

    count: int = 0
    locks: int = 0
    window_started_at: datetime | None = None
    locked_until_at: datetime | None = None


def is_locked(attempts: Attempts, at: datetime) -> bool:
    """Is the door closed at business time `at`?"""
    return attempts.locked_until_at is not None and at < attempts.locked_until_at


def locked_for_s(attempts: Attempts, at: datetime) -> int:
    """Whole seconds until the door opens, at least one."""
    until = attempts.locked_until_at or at
    return max(1, int((until - at).total_seconds()))


def after_attempt(attempts: Attempts, schedule: Schedule, at: datetime) -> Attempts:
    """The record with one more attempt; the one that reaches the limit closes the door behind itself."""
    seen = _in_window(attempts, schedule, at)
    if seen.count + 1 < schedule.attempts_max:
        return replace(seen, count=seen.count + 1)
    minutes = min(schedule.lock_minutes * 2**seen.locks, schedule.lock_minutes_max)
    return replace(seen, count=0, locks=seen.locks + 1, locked_until_at=at + timedelta(minutes=minutes))


def _in_window(attempts: Attempts, schedule: Schedule, at: datetime) -> Attempts:
    started = attempts.window_started_at
    if started is None or at - started >= timedelta(minutes=schedule.window_minutes):
        return Attempts(window_started_at=at)
    return attempts


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """How long a session lives without a renewal, and at the most, in minutes."""

    idle_minutes: int
    minutes_max: int


def session_ends_at(limits: SessionLimits, started_at: datetime) -> datetime:
    """When the session ends however busy it is."""
    return started_at + timedelta(minutes=limits.minutes_max)


def token_expires_at(limits: SessionLimits, ends_at: datetime, now: datetime) -> datetime:
    """When a token given now stops to count: the idle limit, and never after the session's end."""
    return min(now + timedelta(minutes=limits.idle_minutes), ends_at)


_DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """0 to 99 as spoken: 7 七, 12 十二, 40 四十."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


_SPOKEN = {in_chinese(number): str(number) for number in range(100)}


def normal_captcha_answer(text: str) -> str:
    """An answer as compared: capitals, no spaces, a spoken number as digits."""
    plain = normal_text(text).replace(" ", "").upper()
    return _SPOKEN.get(plain, plain)


@dataclass(frozen=True, kw_only=True)
class Proven:
    """What the books say of somebody whose face has been verified for a name and an ID number."""

    has_account: bool
    same_name: bool = False
    professional: bool = False
    suspended: bool = False
    password_tells: bool = False


def why_not_opened(proven: Proven) -> str | None:
    """The code in `WHY_NOT_OPENED` why the edition is not opened to this person; None when it is."""
    if not proven.has_account:
        return "no_account"
    if not proven.same_name:
        return "name_differs"
    if proven.professional:
        return "suspended" if proven.suspended else "already_open"
    return "password_tells" if proven.password_tells else None


def normal_name(text: str) -> str:
    """A person's name as compared: width, blanks and the sort of middle dot do not matter."""
    return re.sub(r"[\s]", "", re.sub(r"[·•・‧∙⋅.]", "·", normal_text(text)))


def person_digest(order_number: str, name: str, id_number: str) -> str:
    """By what the provider says whose face it saw, without the number itself (hex SHA-256)."""
    return sha256(f"{order_number}\n{name}\n{id_number}".encode()).hexdigest()


def return_digest(order_number: str, code: str) -> str:
    """What is kept of the code that a provider gave to the browser in which a face passed (hex SHA-256)."""
    return sha256(f"{order_number}\n{code}".encode()).hexdigest()
