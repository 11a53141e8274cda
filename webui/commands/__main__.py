"""`python -m webui.commands` is the program `stepladder`."""

from webui.commands import main

main(prog_name="stepladder")
