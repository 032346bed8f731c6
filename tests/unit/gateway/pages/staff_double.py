"""The console's part of a hall without services: fixed answers in the shapes of `gateway.hall.Hall`."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

AT = "2026-11-22T09:00:00+08:00"
MEMBER = {
    "login_name": "li.na",
    "name": "李娜",
    "role": "clerk",
    "role_title": "柜面经办",
    "office": "01",
    "office_title": "市南管理部",
    "state": "in_use",
    "label": "在用",
    "registered_at": AT,
}
HISTORY = [
    {"action": "register", "title": "新增账号", "by": "root-admin", "by_name": "白一", "at": AT, "remark": ""}
]
HANDED_OVER = {"initial_password": "abcdefghjkmnpqrs", "initial_until_at": AT}
PERSON = {
    "fund_number": "370200000001",
    "name": "张*",
    "id_number": "3702**********0012",
    "phone": "139****0001",
    "registered_on": "2019-03-04",
    "professional_since_on": None,
    "suspended": False,
    "has_login": True,
}
SEEN = {
    "look": "L2026112200000001",
    "purpose": "counter_opening",
    "purpose_title": "柜台开通个人专业版",
    "at": AT,
    "person": PERSON,
}
OPENED = {
    "number": "O20261122000001",
    "fund_number": "370200000001",
    "name": "张*",
    "clerk": "li.na",
    "clerk_name": "李娜",
    "office": "01",
    "office_title": "市南管理部",
    "paper_number": "QD-0001",
    "at": AT,
    "check": None,
    "suspension": None,
}
SUSPENSION = {
    "number": "O20261122000003",
    "fund_number": "370200000001",
    "state": "in_force",
    "label": "已暂停",
    "since_at": AT,
    "lifted_by": None,
    "lifted_by_name": "",
    "lifted_at": None,
    "correction": "",
}
CHANGE = {
    "number": "B20261122000001",
    "kind": "counter_phone",
    "title": "柜台变更登记手机号",
    "state": "entered",
    "label": "待复核",
    "open": True,
    "fund_number": "370200000001",
    "name": "张*",
    "new_phone": "137****7777",
    "clerk": "li.na",
    "clerk_name": "李娜",
    "office_title": "市南管理部",
    "paper_number": "SQ-0001",
    "at": AT,
    "checker": None,
    "checker_name": "",
    "checked_at": None,
    "remark": "",
}
CHECKED = {
    "checker": "zhou",
    "checker_name": "周平",
    "right": True,
    "label": "复核无误",
    "remark": "",
    "at": AT,
}


REFUSED_REFUND = {
    "number": "F20261122000001",
    "title": "退款",
    "state": "failed",
    "label": "退款未成功，将再次退款",
    "cause": "联名卡结算取消",
    "amount": "2400.00",
    "since_at": AT,
    "tries": 1,
    "attempts": 3,
    "bank_reason": "账户已注销",
    "actions": ["retry"],
}
SENT_REFUND = {"number": "F20261122000002", "state": "sent", "label": "退款已提交银行", "actions": []}
REFUNDS = [REFUSED_REFUND, REFUSED_REFUND | SENT_REFUND]


class StaffDouble(Double):
    """Answers the uses of staff."""

    seen: Shape = SEEN
    handed_over: Shape = HANDED_OVER

    def staff_setup(self, visitor: Any) -> Shape:
        shown = {"login_name": "li.na", "name": "李娜", "secret": "ABCDEFGH" * 4, "expires_at": AT}
        shown |= {"address": "otpauth://totp/x?secret=ABC", "password_hint": "密码为8至64位。"}
        return self._use("staff_setup", None, shown)

    def complete_staff_setup(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("complete_staff_setup", body, {"token": self.open("clerk")})

    def staff_profile(self, visitor: Any) -> Shape:
        return self._use("staff_profile", None, MEMBER | {"permissions": ["查看"], "history": HISTORY})

    def change_staff_password(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("change_staff_password", body, {"changed_at": AT})

    def members(self, visitor: Any) -> Shape:
        return self._use("members", None, {"items": [MEMBER, MEMBER | {"state": "disabled", "name": ""}]})

    def member(self, visitor: Any, login_name: str) -> Shape:
        actions = {"actions": ["change", "reset", "disable"], "history": HISTORY}
        return self._use("member", login_name, MEMBER | {"login_name": login_name} | actions)

    def offices(self, visitor: Any) -> Shape:
        items = [
            {"code": "", "title": "中心本部", "members": 3},
            {"code": "01", "title": "市南管理部", "members": 1},
        ]
        return self._use("offices", None, {"items": items})

    def permissions(self, visitor: Any) -> Shape:
        roles = [{"code": "clerk", "title": "柜面经办", "duty": "受理业务", "at_office": True}]
        permissions = [{"code": "look_up_people", "title": "查询职工资料", "roles": ["clerk"]}]
        return self._use("permissions", None, {"roles": roles, "permissions": permissions})

    def add_member(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("add_member", body, MEMBER | self.handed_over)

    def change_member(self, visitor: Any, key: str, login_name: str, body: Shape) -> Shape:
        return self._use("change_member", body | {"login_name": login_name}, MEMBER)

    def disable_member(self, visitor: Any, key: str, login_name: str) -> Shape:
        return self._use("disable_member", login_name, MEMBER)

    def reset_member(self, visitor: Any, key: str, login_name: str) -> Shape:
        return self._use("reset_member", login_name, MEMBER | self.handed_over)

    def look_up(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("look_up", body, self.seen)

    def look(self, visitor: Any, number: str) -> Shape:
        return self._use("look", number, self.seen)

    def looks(self, visitor: Any, window: Shape) -> Shape:
        line = {"number": "L1", "login_name": "li.na", "staff_name": "李娜", "fund_number": None, "at": AT}
        line |= {"office_title": "市南管理部", "purpose_title": "答复职工本人咨询"}
        return self._use("looks", window, {"items": [line], "next_cursor": "next"})

    def looks_at_me(self, visitor: Any, window: Shape) -> Shape:
        line = {"at": AT, "office_title": "市南管理部", "purpose_title": "答复职工本人咨询"}
        return self._use("looks_at_me", window, {"items": [line], "next_cursor": "next"})

    def open_at_counter(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("open_at_counter", body, OPENED)

    def counter_openings(self, visitor: Any, window: Shape) -> Shape:
        wrong = CHECKED | {"right": False, "label": "复核有误", "remark": "未签字"}
        shut = {"number": "O20261122000003", "check": wrong, "suspension": SUSPENSION}
        items = [OPENED, OPENED | {"number": "O20261122000002", "check": CHECKED}, OPENED | shut]
        return self._use("counter_openings", window, {"items": items, "next_cursor": None})

    def check_counter_opening(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("check_counter_opening", body, OPENED | {"check": CHECKED})

    def lift_suspension(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("lift_suspension", body, SUSPENSION | {"state": "lifted"})

    def enter_counter_change(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("enter_counter_change", body, CHANGE)

    def counter_changes(self, visitor: Any, window: Shape) -> Shape:
        done = {"state": "confirmed", "label": "复核无误，已生效", "checker": "zhou", "new_phone": None}
        done |= {"open": False, "checker_name": "周平"}
        lapsed = {"state": "expired", "label": "已超过复核时限，未生效", "open": False}
        items = [CHANGE, CHANGE | {"number": "B20261122000002", "kind": "counter_reset"} | done]
        items.append(CHANGE | {"number": "B20261121000003"} | lapsed)
        return self._use("counter_changes", window, {"items": items, "next_cursor": None})

    def check_counter_change(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("check_counter_change", body, CHANGE)

    def replay_dead_letter(self, visitor: Any, key: str, service: str, number: str) -> Shape:
        return self._use("replay_dead_letter", (service, number), {"letter": {}})

    def drop_dead_letter(self, visitor: Any, key: str, service: str, number: str) -> Shape:
        return self._use("drop_dead_letter", (service, number), {"letter": {}})
