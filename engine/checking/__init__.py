"""The check of a whole procedure: its diagram, and what its forms, messages and settings say.

`check` judges files in memory, as publishing and the modeller need it; `check_path` finds them on
disk. Every path of a diagram whose drawing is sound is gone on the workflow that would run it, in
memory. Neither needs a database or a web server.
"""

from engine.checking.places import NothingToCheck, check_path
from engine.checking.procedure import check
from engine.diagrams.check import Problem

__all__ = ["NothingToCheck", "Problem", "check", "check_path"]
