"""The edition gate: which commands of citizens the normal edition (普通版) may give; all others are business.

It answers questions, hands out papers, and keeps phone, password and message settings; every transaction
asks for the professional edition (manual 1.1). Services, codes, pages and menu all read this table.
"""

SETTINGS = frozenset(
    {
        "auth.begin_phone_change",
        "auth.change_phone",
        "auth.verify_phone",
        "auth.change_password",
        "deposit.make_statement",
        "deposit.make_slip",
        "withdrawal.make_slip",
        "notify.issue_subscription_code",
        "notify.subscribe",
    }
)


def is_business(command: str) -> bool:
    """Does a command of citizens, as `service.method`, need the professional edition?"""
    return command not in SETTINGS
