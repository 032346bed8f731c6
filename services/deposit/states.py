"""The state table of a fund account, in the names of the national list A.6 (个人账户状态). Pure."""

from services.common.machine import Machine, Step

ACCOUNT = Machine(
    "account",
    start="normal",
    steps=(
        Step("normal", "seal", "sealed", "employer"),
        Step("sealed", "unseal", "normal", "employer"),
        Step("normal", "close", "closed_by_withdrawal", "system", event="account.closed"),
        Step("sealed", "close", "closed_by_withdrawal", "system", event="account.closed"),
    ),
    final=frozenset({"closed_by_withdrawal"}),
    labels={
        "normal": "正常",
        "sealed": "封存",
        "closed_by_merger": "合并销户",
        "closed_by_transfer": "外部转出销户",
        "closed_by_withdrawal": "提取销户",
        "frozen": "冻结",
        "other": "其他",
    },
)

BASE_ADJUSTMENT = Machine(
    "base_adjustment",
    start="registered",
    steps=(
        Step("registered", "undo", "undone", "citizen", event="base.undone"),
        Step("registered", "take_effect", "effective", "system", event="base.adjusted"),
    ),
    final=frozenset({"undone", "effective"}),
    labels={"registered": "待生效", "undone": "已撤销", "effective": "已生效"},
)

OPEN_STATES = ("normal", "sealed")
# Not in the national list: its lines are not all there, or not yet compared with its balance.
TAKING_OVER = "taking_over"
AT_REST = ("no_movement", TAKING_OVER)
FREEZE_LABELS = {
    "none": "无",
    "no_paying_out": "只收不付",
    "no_movement": "不收不付",
    "partial": "部分冻结",
    TAKING_OVER: "账簿导入核对中",
}
