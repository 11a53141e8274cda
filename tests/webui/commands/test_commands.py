import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from webui.commands import Commands, main


def test_the_help_names_every_command_and_imports_none_of_them() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from webui.commands import main\n"
        "print(CliRunner().invoke(main, ['--help']).output)\n"
        "print([name for name in sys.modules if name.startswith(('webui.commands.', 'flask'))])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    for name in ["run", "web", "worker", "due", "check", "play", "publish", "history", "people"]:
        assert f"\n  {name} " in found
    assert found.splitlines()[-1] == "[]"


def test_working_out_a_date_needs_neither_the_site_nor_the_store() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from webui.commands import main\n"
        "assert CliRunner().invoke(main, ['due', '2026-03-27T16:00', '5']).exit_code == 0\n"
        "print(sorted({'flask', 'sqlalchemy', 'SpiffWorkflow'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert found == "[]\n"


def test_the_program_runs_as_a_module() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "webui.commands", "due", "2026-03-27T16:00", "5"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.stdout, found.stderr, found.returncode) == ("2026-04-07\n", "", 0)


def test_a_command_that_does_not_exist_is_refused() -> None:
    result = CliRunner().invoke(main, ["dew"])

    assert result.exit_code == 2
    assert "No such command 'dew'" in result.output


@pytest.mark.parametrize("name", Commands().list_commands(click.Context(main)))
def test_every_command_that_is_listed_is_there(name: str) -> None:
    command = Commands().get_command(click.Context(main), name)

    assert command is not None
    assert command.name == name
