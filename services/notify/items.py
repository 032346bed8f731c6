"""The catalogue of what a depositor may be told of by SMS (短信定制, manual 10.2): a new item is one entry.

Which items everybody is told of, which are chosen until they are taken off, and which are only offered is a
figure of the city: `always`, `chosen`, `offered`; none in force means the item is not there.
"""

from dataclasses import dataclass
from datetime import date

from services.common.catalogue import Catalogue
from services.common.policy import Policy

ALWAYS, CHOSEN, OFFERED = "always", "chosen", "offered"
MODES = (ALWAYS, CHOSEN, OFFERED)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item. `figure` says how it stands in the city, `note_zh` what it tells of."""

    code: str
    title_zh: str
    note_zh: str

    @property
    def figure(self) -> str:
        """The name of its policy figure."""
        return f"sms_item_{self.code}"

    def mode(self, policy: Policy, day: date) -> str | None:
        """How the item stands on `day`; None where it is not offered. ValueError for an unknown word."""
        try:
            mode = str(policy.figure(self.figure).on(day))
        except LookupError:
            return None
        if mode not in MODES:
            raise ValueError(f"{self.figure}: {mode}")
        return mode


ITEMS: Catalogue[Item] = Catalogue(
    "SMS items",
    [
        Item(code="contribution", title_zh="缴存变动", note_zh="缴存扣款、支付、记账和退款"),
        Item(code="withdrawal", title_zh="提取变动", note_zh="提取支付、记账和支付失败"),
        Item(code="transfer", title_zh="转移接续", note_zh="异地转入的受理、办理结果和资金到账"),
        Item(code="base", title_zh="缴存基数调整", note_zh="缴存基数和月缴存额的变化"),
        Item(code="interest", title_zh="年度结息", note_zh="每年结息入账后"),
        Item(code="account", title_zh="账户设立与销户", note_zh="个人账户的设立和销户"),
    ],
)


def modes(policy: Policy, day: date) -> dict[str, str]:
    """The items there are on `day`, in order, each with its mode."""
    found = {item.code: item.mode(policy, day) for item in ITEMS}
    return {code: mode for code, mode in found.items() if mode is not None}


def wants(mode: str, code: str, chosen: list[str], declined: list[str]) -> bool:
    """Whether a depositor with these choices is told of the item; one never asked about follows the city."""
    if mode == ALWAYS or code in chosen:
        return True
    return mode == CHOSEN and code not in declined
