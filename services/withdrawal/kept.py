"""What withdrawal's database forgets: changes of phone that have long stopped to lower anything."""

from services.common.retention import Kept

KEPT = (Kept(table="heeded_changes", at="changed_at", days="heeded_change_days"),)
