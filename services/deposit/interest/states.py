"""The state table of a yearly settlement. Pure."""

from services.common.machine import Machine, Step

STAFF = "staff"

INTEREST_RUN = Machine(
    "interest_run",
    start="booking",
    steps=(
        Step("booking", "halt", "halted", "system"),
        Step("halted", "set_aside", "halted", STAFF),
        Step("halted", "resume", "booking", STAFF),
        Step("booking", "finish", "finished", "system"),
        Step("finished", "reopen", "booking", "system"),
    ),
    final=frozenset(),
    labels={"booking": "结息中", "halted": "已暂停，等待核查", "finished": "已完成"},
)
