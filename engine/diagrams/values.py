"""What a diagram can know of a case: a few flat routing values, each with a name."""

import re
from datetime import date

Value = str | bool | int | float | date | None

# The name of a routing value, as conditions and times write it.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
