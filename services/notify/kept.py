"""What notify's database forgets: the history of messages that are forgotten themselves."""

from services.common.retention import Kept

KEPT = (
    Kept(
        table="transitions",
        at="recorded_at",
        days="code_messages_kept_days",
        only="machine = 'message'"
        " AND NOT EXISTS (SELECT FROM messages WHERE messages.number = transitions.number)",
    ),
)
