"""`./hall republish`: events of the last hours published once more, after the broker has lost its data.

An event whose number is followed by a later one is missed and asked for; the last one of its account or bill
is not. Whoever has it takes no effect from it again, and whoever has dropped it takes none: the inbox
knows every event for longer than the outbox.
"""

import click
import psycopg

from ops.environment import Setting, database_url
from ops.places import Home
from services.common.relay import KEPT_DAYS
from services.common.topology import SERVICES

AGAIN = """
UPDATE outbox SET published_at = NULL, claimed_until = NULL
WHERE published_at > clock_timestamp() - make_interval(hours => %(hours)s)
"""


def publish_again(url: str, hours: int) -> int:
    """Let the relay publish what one service has told in these hours; how many events it is."""
    with psycopg.connect(url.replace("+psycopg", "")) as database:
        again = database.execute(AGAIN, {"hours": hours}).rowcount
        # The relay sleeps until it is told.
        database.execute("NOTIFY outbox")
    return again


@click.command()
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, KEPT_DAYS * 24))
def republish(hours: int) -> None:
    """Publish the events of the last hours again; who has or has dropped one is told nothing new."""
    setting = Setting.of(Home.chosen())
    for service in SERVICES:
        again = publish_again(database_url(setting, service, "postgres"), hours)
        click.echo(f"{service}: {again} events")
