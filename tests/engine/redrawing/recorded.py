"""A scenario that the service manager recorded, and its removal."""

import re

from engine.redrawing.recording import Recorded, find_kept, forget_scenario
from engine.rehearsal import Rehearsal
from engine.store.scenarios import find_recorded, keep_scenario
from tests.few_scenarios import AT_STAGE_1
from tests.stories import COUNCIL, PROCESSES

KEY = "positive-challenge"
FOLDER = PROCESSES / COUNCIL / KEY / "scenarios"
NAME = "nobody-answers.toml"


def keep_a_scenario(
    told: Rehearsal, title: str = "Nobody answers", name: str = NAME, by: str = "iro_sm"
) -> int:
    """It is kept now, in the place of one of that name; its id."""
    own = (FOLDER / AT_STAGE_1).read_text("utf-8")
    content, times = re.subn(r'(?m)^title = ".*"$', f'title = "{title}"', own, count=1)
    assert times == 1
    with told.installation.database.write() as connection:
        keep_scenario(
            connection,
            council=COUNCIL,
            procedure=KEY,
            name=name,
            content=content,
            at=told.installation.clock.now(),
            person_id=told.people[by].id,
        )
        return next(r.id for r in find_recorded(connection, COUNCIL, KEY) if r.name == name)


def remove(
    told: Rehearsal,
    kept: int,
    reason: str = "It was recorded by mistake.",
    seen: str = "",
    by: str = "iro_sm",
) -> Recorded:
    """Somebody removes it, having looked at it as it is, or as `seen` says."""
    here, person = told.installation, told.people[by]
    mark = seen or find_kept(here, KEY, kept, by=person).mark
    return forget_scenario(here, KEY, kept, by=person, seen=mark, reason=reason)
