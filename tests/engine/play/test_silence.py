from pathlib import Path

from engine.clock import parse_instant
from engine.play import find_entries, play_silence
from engine.play.silence import EVERYONE, GOING_UP, enters
from tests.engine.play import town

MONDAY = parse_instant("2026-03-23T10:00")


def test_silence_is_played_where_there_are_no_stages_to_go_up(tmp_path: Path) -> None:
    package = town.build(tmp_path)
    (entry,) = find_entries(package)

    for going_up, kind in ((False, EVERYONE), (True, GOING_UP)):
        silence = play_silence(tmp_path, package, entry, MONDAY, going_up=going_up)

        assert silence.name == f"{kind}, from respond"
        due = "Respond [tm], due 2026-03-24T10:00+00:00 (stage alert)"
        assert [event.in_words() for event in silence.events] == [
            "Mon 23 Mar 2026 10:00  opened    Raised",
            f"Mon 23 Mar 2026 10:00  task      {due}",
            f"Tue 24 Mar 2026 10:00  overdue   {due}",
        ]


def test_an_entry_is_asked_for_by_the_task_that_it_opens_or_by_what_that_lies_in(
    tmp_path: Path,
) -> None:
    package = town.build(tmp_path)
    (entry,) = find_entries(package)

    assert enters(package.diagram, entry, "respond")
    assert not enters(package.diagram, entry, "over")
