"""What may be done with open tasks beside answering them, for the partial `task_acts.html`."""

from typing import Final

from flask import request

from engine.case_file.reader import CaseFile
from engine.case_file.task_acts import TaskActs, read_task_acts
from webui.visit import installation, me

LARGEST_ID: Final = 2**53
LONGEST_WORDS: Final = 2000
"""Of a reason, or of words to somebody, in characters."""

_MOST_DIGITS: Final = 15


def task_acts(file: CaseFile, task_id: int | None = None) -> tuple[TaskActs, ...]:
    """The open tasks of the case with what may be done, or the one of them; those with nothing
    to say or to do are left out."""
    found = read_task_acts(installation(), file.case.id, me(), task_id)
    return tuple(acts for acts in found if acts.anything)


def number_in(text: str) -> int | None:
    """A whole number that a form of ours sent; None for anything else."""
    if not text.isascii() or not text.isdecimal() or len(text) > _MOST_DIGITS:
        return None
    return int(text)


def tasks_sent() -> list[int]:
    """The tasks that the form names, each once."""
    numbers = (number_in(text) for text in request.form.getlist("task"))
    return list(dict.fromkeys(each for each in numbers if each is not None))
