"""What notify's database forgets: the history of messages, with them."""

from services.common.retention import History

HISTORIES = (History(table="messages", machine="message"),)
