"""Private PostgreSQL and RabbitMQ alone, with every role and the topology, for tests and trials."""

import json
from pathlib import Path

import click

from ops.environment import Environment, Setting, environment, migration
from ops.identity import clear_leftovers
from ops.places import Home
from ops.processes import NAMES, SERVERS
from ops.starting import start_and_wait, stop_supervisor


def start(home: Home) -> dict[str, Environment]:
    """Start the two servers unless they run, wait for them, and return the environment of every process."""
    start_and_wait(home, everything=False)
    return environments(home)


def stop(home: Home) -> None:
    """Stop the servers of this folder."""
    if not stop_supervisor(home) and home.running.exists():
        clear_leftovers(home)


def environments(home: Home) -> dict[str, Environment]:
    """Compute the environment of every process; services get OWNER_DATABASE_URL as well, to migrate."""
    return environments_of(Setting.of(home))


def environments_of(setting: Setting) -> dict[str, Environment]:
    """Compute the same for servers that run elsewhere."""
    known = {name: environment(setting, name) for name in NAMES if name not in SERVERS}
    owners = {name: migration(setting, name) for name in setting.secrets["sealing"]}
    return known | owners


@click.group()
@click.option("--home", type=click.Path(path_type=Path), required=True, help="folder of these servers")
@click.pass_context
def servers(ctx: click.Context, home: Path) -> None:
    """Run a private PostgreSQL and RabbitMQ for tests."""
    ctx.obj = Home(home.resolve())


@servers.command("start")
@click.pass_obj
def start_command(home: Home) -> None:
    """Start both and print the environments as JSON."""
    click.echo(json.dumps(start(home), indent=2))


@servers.command("stop")
@click.pass_obj
def stop_command(home: Home) -> None:
    """Stop both; their files stay."""
    stop(home)


@servers.command("environment")
@click.argument("name", required=False)
@click.option("--export", is_flag=True, help="as lines for a shell's `source`")
@click.pass_obj
def environment_command(home: Home, name: str | None, export: bool) -> None:
    """Print the environment of one process, or of all by name."""
    known = environments(home)
    if name is None:
        click.echo(json.dumps(known, indent=2))
    elif export:
        for variable, value in known[name].items():
            click.echo(f"export {variable}='{value}'")
    else:
        click.echo(json.dumps(known[name], indent=2))


if __name__ == "__main__":
    servers()
