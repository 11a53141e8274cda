"""`make bench`: what a turn and home cost, as ratios against floors measured in the same run.

Turns in CPU of this process in milliseconds, medians of five interleaved rounds; home by the clock,
for there the store works. The machine may be noisy;
the ratios are what counts. Exit 1 where one of the promised ratios is not reached.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import engine_part, home, whole_turn

STEPS = (0, 20, 200, 1000)
LOOKS = ("home, 200 cases", "home, a team's", "home, 20,000 cases", "tray, 200 cases")
HOME = {
    "sqlite": dict(zip(LOOKS, (20, 20, 30, 3), strict=True)),
    "postgresql": dict(zip(LOOKS, (5, 5, 6, 1), strict=True)),
}
"""How many times its floor each look may take: PostgreSQL's is fifty questions to a server."""


def main() -> None:
    """Measure, print, judge."""
    kept = [_engine_part()]
    with tempfile.TemporaryDirectory() as folder:
        for store in ("sqlite", "postgresql"):
            kept += [_whole_turn(store, Path(folder)), _home(store, Path(folder))]
    sys.exit(0 if all(kept) else 1)


def _engine_part() -> bool:
    found = engine_part.figures()
    print("\nEngine part (thaw, step, freeze), ms of CPU")
    for name, value in found.items():
        print(f"  {name:12} {value:8.3f}")
    faster = found["stock 20"] / found["ours 20"]
    flat = found["ours 1000"] / found["ours 20"]
    return all(
        [
            _promise("times faster than stock at 20 steps, at least 15", faster, faster.__ge__, 15),
            _promise("1,000 steps against 20, at most 1.3", flat, flat.__le__, 1.3),
        ]
    )


def _whole_turn(store: str, folder: Path) -> bool:
    found = whole_turn.measure(store, folder, STEPS)
    print(f"\nWhole turn on {store}, ms of CPU (turn, floor, ratio)")
    for steps, (turn, floor) in found.items():
        print(f"  {steps:5} steps {turn:8.3f} {floor:8.3f} {turn / floor:6.2f}")
    kept = [
        _promise(f"at {steps} steps, times its floor, at most 2.5", ratio, ratio.__le__, 2.5)
        for steps, (turn, floor) in found.items()
        for ratio in [turn / floor]
    ]
    flat = found[1000][0] / found[20][0]
    return all([*kept, _promise("1,000 steps against 20, at most 1.3", flat, flat.__le__, 1.3)])


def _home(store: str, folder: Path) -> bool:
    found = home.measure(store, folder)
    print(f"\nHome on {store}, 100,000 open tasks, ms (median, slowest but one, floor, ratio)")
    for name, (usual, slow, floor) in found.items():
        print(f"  {name:20} {usual:8.1f} {slow:8.1f} {floor:8.1f} {usual / floor:6.2f}")
    kept = [
        _promise(f"{name}, times its floor, at most {most}", ratio, ratio.__le__, most)
        for name, most in HOME[store].items()
        for ratio in [found[name][0] / found[name][2]]
    ]
    return all(kept)


def _promise(words: str, ratio: float, holds: Callable[[float], bool], bound: float) -> bool:
    kept = bool(holds(bound))
    print(f"  {'kept  ' if kept else 'BROKEN'} {ratio:6.2f}  {words}")
    return kept


if __name__ == "__main__":
    main()
