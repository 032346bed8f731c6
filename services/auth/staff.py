"""Command line: `python -m services.auth.staff add NAME --role operator`, the password on standard input."""

import sys
import warnings

import click

with warnings.catch_warnings():
    # eventlet warns of its age at import; nobody at a command line can act on it.
    warnings.simplefilter("ignore")
    from services.auth.usecases.staff import ensure
    from services.common.database import DatabaseAccess
from services.common.errors import Invalid
from services.common.settings import settings


@click.group()
def staff() -> None:
    """Logins of the centre's staff."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(["operator"]), default="operator", show_default=True)
@click.option("--office", default="", help="The office (管理部) the person works at.")
def add(name: str, role: str, office: str) -> None:
    """Make the login NAME unless it exists; its password is read from standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    database = DatabaseAccess(settings().database_url)
    try:
        with database.write() as session:
            made = ensure(session, name, password, role=role, office=office)
    except Invalid as refusal:
        raise click.ClickException(refusal.sentence) from None
    finally:
        database.close()
    click.echo(f"{name}: {'added' if made else 'already there, left as it is'}")


if __name__ == "__main__":
    staff()
