"""The dated figures the generator needs, taken from the city's policy files."""

from dataclasses import dataclass
from datetime import date

from services.common.policy import Figure, Policy, load_policy

HUNDRED_THOUSANDTHS = 100_000


@dataclass(frozen=True)
class Figures:
    """Contribution and interest figures of one city."""

    base_upper_fen: Figure
    base_lower_fen: Figure
    deposit_rate: Figure
    day_basis: Figure
    loan_rates: dict[tuple[bool, bool], Figure]
    loan_tier_instalments: Figure
    penalty_percent: Figure

    def loan_rate(self, *, second_home: bool, instalments: int, day: date) -> int:
        """The yearly loan rate in hundred-thousandths for a contract of that length on that day."""
        longer = instalments > self.loan_tier_instalments.whole(day)
        return self.loan_rates[second_home, longer].whole(day)

    def base_within_limits(self, base_fen: int, day: date) -> int:
        """A contribution base brought between the limits in force on that day."""
        return max(self.base_lower_fen.whole(day), min(base_fen, self.base_upper_fen.whole(day)))


def figures_of(city: str) -> Figures:
    """The figures in `policy/<city>`. Raises KeyError for one that is missing."""
    policy = load_policy(city)
    return Figures(
        base_upper_fen=policy.figure("contribution_base_upper_fen"),
        base_lower_fen=policy.figure("contribution_base_lower_fen"),
        deposit_rate=policy.figure("deposit_rate_hundred_thousandths"),
        day_basis=policy.figure("interest_day_basis"),
        loan_rates=_loan_rates(policy),
        loan_tier_instalments=policy.figure("loan_rate_tier_instalments_max"),
        penalty_percent=policy.figure("loan_penalty_rate_percent"),
    )


def _loan_rates(policy: Policy) -> dict[tuple[bool, bool], Figure]:
    homes = {False: "first_home", True: "second_home"}
    terms = {False: "to_5_years", True: "over_5_years"}
    return {
        (home, term): policy.figure(f"loan_rate_{homes[home]}_{terms[term]}_hundred_thousandths")
        for home in homes
        for term in terms
    }
