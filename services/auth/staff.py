"""Command line: `python -m services.auth.staff add NAME --role ROLE`, the password on standard input."""

import sys
import warnings

import click

with warnings.catch_warnings():
    # eventlet warns of its age at import; nobody at a command line can act on it.
    warnings.simplefilter("ignore")
    from services.auth.usecases.staff import ensure
    from services.common.database import DatabaseAccess
from services.common.errors import Invalid
from services.common.permissions import ROLES
from services.common.settings import settings


@click.group()
def staff() -> None:
    """Logins of the centre's staff."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.code for role in ROLES]), required=True)
@click.option("--office", default="", help="Two digits of the office (管理部) the person works at.")
@click.option("--person", default="", help="The name of the person whose login it is.")
def add(name: str, role: str, office: str, person: str) -> None:
    """Make the login NAME unless it exists; its password is read from standard input.

    Its owner chooses another one, and sets up one-time codes, at the first login. In a rehearsal a second
    line gives the secret of the one-time codes, and nothing is left to set up.
    """
    password, code_secret = (sys.stdin.readline().rstrip("\r\n") for _ in range(2))
    if code_secret and not settings().rehearsal:
        raise click.ClickException("only a rehearsal gives a secret from outside")
    database = DatabaseAccess(settings().database_url)
    try:
        with database.write() as session:
            made = ensure(
                session, name, password, role=role, office=office, code_secret=code_secret, name=person
            )
    except Invalid as refusal:
        raise click.ClickException(refusal.sentence) from None
    finally:
        database.close()
    click.echo(f"{name}: {'added' if made else 'already there, left as it is'}")


if __name__ == "__main__":
    staff()
