"""What `./hall` runs once Python and the libraries are there."""

from importlib import import_module

import click

from ops.commands import COMMANDS, entry, overview


class Hall(click.Group):
    """The subcommands of the list, each loaded when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all subcommands in the order of the list."""
        return [one.name for entries in COMMANDS.values() for one in entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one subcommand."""
        found = entry(cmd_name)
        if found is None:
            return None
        module, _, attribute = found.place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def get_help(self, ctx: click.Context) -> str:
        """Show the grouped list."""
        return overview()


@click.group(cls=Hall, invoke_without_command=True)
@click.pass_context
def hall(ctx: click.Context) -> None:
    """Run, try and check the hall."""
    if ctx.invoked_subcommand is None:
        click.echo(overview())


if __name__ == "__main__":
    hall(prog_name="./hall")
