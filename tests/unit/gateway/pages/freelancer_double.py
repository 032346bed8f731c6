"""A hall without services, as far as freelancers go."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

TERMS: Shape = {
    "offices": [{"code": "01", "title": "市南管理部"}, {"code": "02", "title": "市北管理部"}],
    "base_lower": "5000.00",
    "base_upper": "30000.00",
    "rates_percent": [10, 12],
    "agreement": {
        "title": "缴存协议",
        "text": "一、自愿缴存。\n二、自行结算。",
        "version": "2026-1",
        "digest": "d" * 64,
    },
}
OPENED: Shape = {
    "fund_number": "379900000001",
    "office": "自由职业者（市南管理部）",
    "opened_on": "2026-11-22",
    "base": "6000.00",
    "rate_percent": 10,
    "monthly": "600.00",
}
ADJUSTMENT: Shape = {
    "number": "B20260715000001",
    "state": "registered",
    "state_label": "待生效",
    "contribution_year": 2026,
    "effective_on": "2026-08-01",
    "before": "5000.00",
    "after": "6000.00",
    "monthly": "600.00",
    "registered_at": "2026-07-15T09:00:00+08:00",
    "actions": ["undo"],
}
BASES: Shape = {
    "freelancer": True,
    "base": "5000.00",
    "monthly": "500.00",
    "rate_percent": 10,
    "base_lower": "5000.00",
    "base_upper": "30000.00",
    "window_first_on": "2026-07-01",
    "window_last_on": "2026-09-30",
    "effective_on": "2026-08-01",
    "allowed": True,
    "because": None,
    "items": [ADJUSTMENT],
}


class FreelancerDouble(Double):
    """Answers the uses of freelancers; `entered` is whether auth has heard of an opening in time."""

    bases: Shape = BASES
    entered = True
    application = "begun"

    def freelancer_terms(self, visitor: Any) -> Shape:
        return self._use("freelancer_terms", None, TERMS)

    def begin_opening(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("begin_opening", body, {"applicant": "a" * 32, "monthly": "600.00"})

    def issue_opening_code(self, visitor: Any, key: str, applicant: str, body: Shape) -> Shape:
        return self._use("issue_opening_code", (applicant, body), {"sent": True, "next_at": None})

    def open_freelancer(self, visitor: Any, key: str, applicant: str, body: Shape) -> Shape:
        token = {"token": self.open("citizen")} if self.entered else {}
        return self._use("open_freelancer", (applicant, body), OPENED | token)

    def opening_state(self, visitor: Any, applicant: str) -> Shape:
        return self._use("opening_state", applicant, {"state": self.application, "state_label": ""})

    def base_adjustments(self, visitor: Any) -> Shape:
        return self._use("base_adjustments", None, self.bases)

    def adjust_base(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("adjust_base", body, ADJUSTMENT)

    def undo_base_adjustment(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("undo_base_adjustment", number, ADJUSTMENT)
