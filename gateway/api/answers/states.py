"""The closed sets of codes in answers; a test holds them to the services' own tables."""

WITHDRAWAL = (
    "registered",
    "awaiting_evidence",
    "held",
    "sent",
    "payment_unknown",
    "payment_failed",
    "paid",
    "booked",
    "settlement_cancelled",
    "deleted",
)
WITHDRAWAL_ACTIONS = ("pay", "check", "cancel_settlement", "delete")
CONTRIBUTION = (
    "registered",
    "debit_due",
    "debiting",
    "debit_unknown",
    "settled",
    "code_due",
    "awaiting_scan",
    "code_closing",
    "paid",
    "refunding",
    "booked",
    "deleted",
)
CONTRIBUTION_ACTIONS = ("settle_by_card", "settle_by_code", "check", "cancel_card", "cancel_code", "delete")
REFUND = ("due", "sent", "unknown", "failed", "refunded")
TRANSFER = (
    "registered",
    "sent",
    "accepted",
    "revoking",
    "revoked",
    "received",
    "agreed",
    "negotiating",
    "refused",
    "completed",
    "concluded",
    "failed",
)
TRANSFER_ACTIONS = ("revoke",)
NATIONAL_CODES = ("00", "01", "02", "05", "06", "08", "13", "20", "40")
ACCOUNT = (
    "normal",
    "sealed",
    "closed_by_merger",
    "closed_by_transfer",
    "closed_by_withdrawal",
    "frozen",
    "other",
)
FREEZES = ("none", "no_paying_out", "no_movement", "partial", "taking_over")
BASE_ADJUSTMENT = ("registered", "undone", "effective")
OPENING = ("drafted", "verifying", "passed", "opened", "failed", "expired")
WHY_NOT_OPENED = ("face_failed", "no_account", "name_differs", "already_open", "suspended", "password_tells")
MESSAGE = (
    "queued",
    "sending",
    "unknown",
    "accepted",
    "delivered",
    "undelivered",
    "expired",
    "unreported",
    "failed",
    "withheld",
    "abandoned",
)
INTEREST_RUN = ("booking", "halted", "finished")
INTEREST_PUT_OFF = ("closing", "differs", "earlier_year", "taking_over")
STAFF_LOGIN = ("invited", "in_use", "disabled")
STAFF_LOGIN_ACTIONS = ("change", "reset", "disable", "enable")
COUNTER_CHANGE = ("entered", "confirmed", "refused", "expired")
EDITION_SUSPENSION = ("in_force", "lifted")
REFUND_ACTIONS = ("retry",)
BASE_ADJUSTMENT_ACTIONS = ("undo",)
INTEREST_RUN_ACTIONS = ("set_aside", "resume")
LETTER_ACTIONS = ("replay", "drop")
