"""`make bench`: what a turn costs, as ratios against floors measured in the same run.

CPU of this process in milliseconds, medians of five interleaved rounds. The machine may be noisy;
the ratios are what counts. Exit 1 where one of the promised ratios is not reached.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import engine_part, whole_turn

STEPS = (0, 20, 200, 1000)


def main() -> None:
    """Measure, print, judge."""
    kept = [_engine_part()]
    with tempfile.TemporaryDirectory() as folder:
        for store in ("sqlite", "postgresql"):
            kept.append(_whole_turn(store, Path(folder)))
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


def _promise(words: str, ratio: float, holds: Callable[[float], bool], bound: float) -> bool:
    kept = bool(holds(bound))
    print(f"  {'kept  ' if kept else 'BROKEN'} {ratio:6.2f}  {words}")
    return kept


if __name__ == "__main__":
    main()
