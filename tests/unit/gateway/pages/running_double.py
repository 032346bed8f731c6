"""The part of a hall without services that staff see of how it runs."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape


class RunningDouble(Double):
    """Answers the uses that look across the services; `waits_for` is the import that interest waits for."""

    waits_for: Shape | None = None
    accounts_taking_over = 0
    names_accounts = True
    died_again: Shape = {"deaths": 3, "reopened": True, "died_at": "2026-11-24T17:05:00+08:00"}  # noqa: RUF012

    def dead_letters(self, visitor: Any) -> Shape:
        letter = {
            "service": "notify",
            "number": "E1",
            "event": "withdrawal.paid",
            "first_died_at": "2026-11-22T09:02:00+08:00",
            "died_at": "2026-11-22T09:02:00+08:00",
            "deaths": 1,
            "reopened": False,
            "reason": "no text",
            "state": "未能处理",
            "actions": ["replay", "drop"],
        }
        items = [letter, letter | {"number": "E2"} | self.died_again]
        return self._use("dead_letters", None, {"items": items, "missing": self.missing})

    def interest_runs(self, visitor: Any) -> Shape:
        run: Shape = {
            "number": "2027",
            "state": "halted",
            "state_label": "已暂停，等待核查",
            "actions": ["set_aside", "resume"],
            "disputes": [
                {
                    "fund_number": "370200000001",
                    "expected": "145.83",
                    "computed": "145.84",
                    "found_at": "2027-07-01T00:01:00+08:00",
                    "set_aside": False,
                }
            ],
            "put_off": [
                {
                    "fund_number": "370200000002",
                    "reason": "earlier_year",
                    "reason_label": "以前年度的利息尚未结清",
                    "trouble": None,
                }
            ],
            "settles_on": "2027-06-30",
            "rate_hundred_thousandths": 1500,
            "accounts": 2000,
            "accounts_done": 1200,
            "accounts_checked": 5,
            "accounts_put_off": 1,
            "accounts_disputed": 1,
            "interest": "1234.50",
            "started_at": "2027-07-01T00:00:03+08:00",
            "finished_at": None,
            "digest": None,
            "trouble": "370200000001: 14583 / 14584",
        }
        if not self.names_accounts:
            run |= {"disputes": [], "put_off": [], "trouble": None}
        waits = {"waits_for": self.waits_for, "accounts_taking_over": self.accounts_taking_over}
        return self._use("interest_runs", None, {"items": [run]} | waits)

    def set_aside_interest_account(self, visitor: Any, key: str, number: str, body: Shape) -> Shape:
        return self._use("set_aside_interest_account", {"number": number} | body, {})

    def resume_interest_run(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("resume_interest_run", {"number": number}, {})

    def sms(self, visitor: Any) -> Shape:
        providers = [
            {
                "name": "sms",
                "title": "主用短信平台",
                "misses": 5,
                "paused_until": "2026-11-22T09:02:00+08:00",
            },
            {"name": "sms_second", "title": "备用短信平台", "misses": 0, "paused_until": None},
        ]
        states = [{"state": "delivered", "label": "已送达", "count": 12}]
        codes = {"issued": 60, "approved": 3, "alarm": True}
        return self._use("sms", None, {"providers": providers, "states": states, "codes": codes})

    def trial_balance(self, visitor: Any) -> Shape:
        items = [
            {"subject": "101", "title": "住房公积金存款", "debit": "900.00", "credit": "0.00"},
            {"subject": "201", "title": "住房公积金", "debit": "0.00", "credit": "900.00"},
        ]
        return self._use(
            "trial_balance", None, {"items": items, "debit": "900.00", "credit": "900.00", "balanced": True}
        )
