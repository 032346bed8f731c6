"""How long a password may be, and the sentence that says so: from policy, for services and pages alike.

The manual's hint is “不超过12位”; longer ones are accepted and never cut (A-08).
"""

from dataclasses import dataclass

from services.common.clock import business_today
from services.common.policy import load_policy
from services.common.settings import city

ADVICE = "建议不超过12位以便记忆"


@dataclass(frozen=True, kw_only=True)
class PasswordLimits:
    """Length in characters, from policy."""

    length_min: int
    length_max: int

    @property
    def hint(self) -> str:
        """What a password should be like, for people."""
        return (
            f"密码为{self.length_min}至{self.length_max}位，{ADVICE}；"
            "不要使用职工编号、身份证号、手机号，也不要使用连续或重复的字符。"
        )


def password_limits() -> PasswordLimits:
    """The limits in force today."""
    figures, today = load_policy(city()), business_today()
    least, most = (figures.figure(f"password_length_{end}").whole(today) for end in ("min", "max"))
    return PasswordLimits(length_min=least, length_max=most)


def password_hint() -> str:
    """The hint of today."""
    return password_limits().hint
