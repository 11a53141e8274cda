"""Messages are changed in place; placeholders are checked, and one is shown as it is read."""

import pytest

from engine.councils import read_council
from engine.notices import PLACEHOLDERS
from engine.redrawing.messages import (
    PLACEHOLDERS_IN_WORDS,
    NoMessage,
    Text,
    find_faults,
    path_of,
    preview,
    read_text,
    where_used,
    write_text,
)
from tests.stories import COUNCIL, PROCESSES, procedure


def test_every_placeholder_is_told_in_words() -> None:
    assert set(PLACEHOLDERS_IN_WORDS) == PLACEHOLDERS


def test_a_message_that_is_kept_as_it_is_changes_no_byte() -> None:
    package = procedure()
    names = [path.split("/")[1][:-3] for path in package.files if path.startswith("messages/")]
    for name in names:
        text = read_text(package, name)
        assert write_text(package, name, text) == package.files[path_of(name)]
        assert find_faults(name, package.files[path_of(name)]) == {}
    with pytest.raises(NoMessage):
        read_text(package, "nothing")


@pytest.mark.parametrize(
    ("subject", "body", "place", "said"),
    [
        ("", "Text", "subject", "subject"),
        ("x" * 151, "Text", "subject", "Keep it within 150"),
        ("Case", "", "body", "says nothing"),
        ("Case", "About {{ child_name }}", "body", "names no child"),
        ("Case", "{{ tsak }}", "body", "Did you mean “task”?"),
        ("Case", "{{ task }", "body", "two brackets on each side"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(subject: str, body: str, place: str, said: str) -> None:
    content = write_text(procedure(), "new", Text(subject=subject, body=body))
    found = find_faults("new", content)
    assert said in found[place], found


def test_it_is_shown_as_somebody_gets_it_and_where_it_is_sent() -> None:
    package, council = procedure(), read_council(PROCESSES / COUNCIL)
    text = Text(subject="Case {{ case_number }}", body="{{ task }} is due {{ due }}.")
    found = preview(package, council, text)
    assert (found.subject, found.body) == (
        "Case 2026-00012",
        "Respond at Stage 1 is due Tuesday 7 April 2026.\n",
    )
    assert "the clock “5 working days” on “Respond at Stage 1”" in where_used(package, "no-answer")
    assert where_used(package, "new-task") == ("whoever is asked, when a step opens",)
