"""What auth's database forgets: first visits and changes of phone done long ago, the history of sessions."""

from services.common.retention import Kept

# Rows that `usecases/tidying.py` deletes, or the functions made of this: their history says nothing alone.
_GONE = {"session": "sessions", "first_visit": "first_visits", "phone_change": "phone_changes"}

_GONE_OF = "machine = '{0}' AND NOT EXISTS (SELECT FROM {1} WHERE {1}.number = transitions.number)"
_HISTORIES = " OR ".join(_GONE_OF.format(machine, table) for machine, table in _GONE.items())

KEPT = (
    Kept(table="first_visits", at="begun_at", days="first_visit_days", only="state = 'completed'"),
    Kept(table="phone_changes", at="begun_at", days="phone_change_days", only="state = 'completed'"),
    Kept(table="transitions", at="recorded_at", days="session_record_days", only=_HISTORIES),
)
