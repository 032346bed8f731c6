"""What auth's database forgets: first visits and changes of phone long done, histories with their rows."""

from services.common.retention import History, Kept

KEPT = (
    Kept(table="first_visits", at="begun_at", days="first_visit_days", only="state = 'completed'"),
    Kept(table="phone_changes", at="begun_at", days="phone_change_days", only="state = 'completed'"),
)
HISTORIES = (
    History(table="sessions", machine="session"),
    History(table="first_visits", machine="first_visit"),
    History(table="phone_changes", machine="phone_change"),
)
