"""The program `stepladder`: a module of this folder for each of its commands."""

import importlib

import click

# Told here, and not read from the modules: `stepladder --help` imports none of them.
_COMMANDS = {
    "run": "Site and worker in one process; --demo adds people, cases and a clock to move.",
    "web": "The site alone.",
    "worker": "What fires deadlines and sends notices; any number may run.",
    "due": "The end of so many working days, with the days skipped and why.",
    "check": "Everything that is wrong with a procedure, each at its element.",
    "play": "A procedure's scenarios, under a clock of their own.",
    "publish": "A new version of a procedure.",
    "export-procedure": "The files of a published version, as a folder.",
    "diff": "What is otherwise between two versions of a procedure, in words.",
    "move": "Running cases go on with another version; a dry run, moving, undoing.",
    "history": "Whether the history is whole.",
    "export": "Cases as XES, OCEL or CSV for other tools, under pseudonyms.",
    "people": "Who may sign in, and the posts that they hold.",
}


class Commands(click.Group):
    """The commands by name, each imported only when it is called, so that each starts fast.

    The module `webui.commands.<name>` holds the click command `command`; a hyphen in the name is an
    underscore in the module's.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order in which a newcomer meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command = importlib.import_module(f"webui.commands.{module}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"webui.commands.{cmd_name}.command is not a click command.")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list for `--help` from the sentences above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=Commands)
def main() -> None:
    """Stepladder runs the procedures by which reviewing officers challenge a council."""
