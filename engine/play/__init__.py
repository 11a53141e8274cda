"""Playing a procedure: the product's own turns, in memory, under a clock that is set.

`scenario` reads a script of acts with what must follow, `scripted` plays one, `silence` plays what
nobody wrote: everyone silent, and respondents silent while the raiser goes up. `events` tells what
happened.
"""

from engine.play.events import Event
from engine.play.scenario import BadScenario, Scenario, read_scenario
from engine.play.scripted import Played, play_scenario
from engine.play.silence import Silence, find_entries, play_silence

__all__ = [
    "BadScenario",
    "Event",
    "Played",
    "Scenario",
    "Silence",
    "find_entries",
    "play_scenario",
    "play_silence",
    "read_scenario",
]
