"""The hall: one method per use; pages and API are two thin adapters over this class.

Every method takes the `Visitor` first, a write the client's idempotency key second. All return plain dicts
with money as yuan strings ("8400.00", never fen), days as "2026-11-22", times as ISO 8601, or raise:

- `Refusal` (services.common.errors): an expected no, with `status`, `code`, `sentence` (Chinese, for people),
  `pointer`, `rule`, `figures`, `passes_on`, `retry_after_s`. After a refusal a form needs a NEW key only if
  its body changes; the same key with another body is refused with code `key_reused`.
- `Outstanding` (gateway.calls): a write whose deadline passed. It is unknown, not failed: `.op_id` names the
  operation that `operation()` looks up later. The API answers 202; a page leads to where one can look again.
- `Missing` (gateway.calls): no answer in time and nothing happened; `.service` names the part that is missing
  ("deposit", "withdrawal", "auth", "loan", "notify"). The API answers 503 with Retry-After; a page says what
  is missing. A write that ended so may be repeated with the same key.
"""

from gateway.uses.contributions import ContributionUses
from gateway.uses.counter import CounterUses
from gateway.uses.freelancer import FreelancerUses
from gateway.uses.fund import FundUses
from gateway.uses.identity import IdentityUses
from gateway.uses.log import LogUses
from gateway.uses.members import MemberUses
from gateway.uses.opening import OpeningUses
from gateway.uses.papers import PaperUses
from gateway.uses.phone import PhoneUses
from gateway.uses.staff import StaffUses
from gateway.uses.statements import StatementUses
from gateway.uses.subscriptions import SubscriptionUses
from gateway.uses.transfers import TransferUses
from gateway.uses.withdrawals import WithdrawalUses


class Hall(
    IdentityUses,
    OpeningUses,
    PhoneUses,
    LogUses,
    FundUses,
    FreelancerUses,
    ContributionUses,
    WithdrawalUses,
    TransferUses,
    StatementUses,
    PaperUses,
    SubscriptionUses,
    StaffUses,
    MemberUses,
    CounterUses,
):
    """What people can do here, whatever the adapter they come through."""
