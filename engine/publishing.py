"""Publishing a procedure: only one in which the check finds no error becomes a version.

What is put to use has an answer to each of its council's blocking questions; a demonstration, a
rehearsal and a play ask none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from engine.checking import Problem, check
from engine.confirming.acceptance import Officer, accept, demand_names, demand_officer
from engine.confirming.questions import Question, find_asked
from engine.errors import StepladderError
from engine.installation import Installation
from engine.play import play_scenario, read_scenario
from engine.procedures import (
    Package,
    find_folders,
    is_latest,
    publish_new,
    publish_next,
    read_package,
    was_published,
)
from engine.store.admin_log import add_administered
from engine.store.database import Connection
from engine.store.redrawings import forget_play
from engine.store.scenarios import delete_scenario, find_recorded
from engine.store.versions import VersionRow

_MEND: Final = "Mend the procedure, or the scenario where it expects the wrong thing."
_MEND_RECORDED: Final = (
    "This scenario was recorded, or brought up to date, on the site. Mend the procedure; or write "
    "what must happen now into the file of this name, and publish with --replace-scenarios."
)


class HasErrors(StepladderError):
    """The check, or a scenario, finds errors in the procedure; `problems` are all that it finds."""

    def __init__(self, package: Package, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            f"{package.council}/{package.key} has errors, so it is not published. Mend them, and "
            "try again."
        )
        self.problems = problems


class StillToAnswer(StepladderError):
    """The council has not answered what must be answered first; `questions` are all such."""

    def __init__(self, package: Package, questions: Sequence[Question]) -> None:
        lines = [
            f"  {each.name}  {each.question}\n  {'':{len(each.name)}}  Shown: {each.shown}"
            for each in questions
        ]
        first = questions[0].name
        super().__init__(
            f"{package.council}/{package.key} is not put to use yet. The council must first "
            "answer:\n" + "\n".join(lines) + "\nWhere what is shown is right, an officer of the "
            f"council accepts it on the page /procedures/{package.key}, or with stepladder "
            f'publish … --accept {first} --by EMAIL --words "…". Where the answer is another, '
            "change the procedure's files."
        )
        self.questions = tuple(questions)


def publish_checked(
    installation: Installation,
    package: Package,
    *,
    scenarios: Mapping[str, bytes],
    by: int | None,
    reason: str,
    accepting: Sequence[str] = (),
    officer: Officer | None = None,
    replace_scenarios: bool = False,
) -> VersionRow | None:
    """Publish the package as the procedure's next version; None where it is the newest already.

    `scenarios`, TOML by the file's name, are played before, and those that were recorded on the
    site; of two of one name the recorded one, or with `replace_scenarios` that of `scenarios`,
    which holds from then on. `by` is the person's id. `accepting` are the names of questions for
    which `officer` accepts what is shown; nothing is accepted where nothing can be published.
    Raises `HasErrors`, `StillToAnswer`, `BadScenario`, `NoCouncil` for a council that is not
    served, and what `accept` raises.
    """
    latest = is_latest(installation, package)
    if not latest:
        demand_sound(installation, package)
    if not latest or replace_scenarios:
        _demand_as_told(installation, package, scenarios, replace=replace_scenarios)
    if officer is not None:
        demand_officer(installation, package, officer)
    if not latest:
        demand_answered(installation, package, accepting)
    if officer is not None:
        accept(installation, package, accepting, officer)
    with installation.database.write() as connection:
        at = installation.clock.now()
        if replace_scenarios:
            _replace_recorded(connection, package, scenarios, by=by, at=at)
        return None if latest else publish_next(connection, package, by=by, reason=reason, at=at)


def demand_answered(
    installation: Installation, package: Package, accepting: Sequence[str] = ()
) -> None:
    """Raise `StillToAnswer` while a blocking question is open that is not among `accepting`.

    Raises `NoQuestion` for one of `accepting` that there is not.
    """
    with installation.database.read() as connection:
        demand_settled(connection, package, accepting)


def demand_settled(connection: Connection, package: Package, accepting: Sequence[str] = ()) -> None:
    """As `demand_answered`, in a transaction of the caller's."""
    asked = find_asked(connection, package)
    settled = demand_names(asked, accepting)
    open_still = [each.question for each in asked if each.holds_up and each not in settled]
    if open_still:
        raise StillToAnswer(package, open_still)


def publish_missing(
    installation: Installation, *, unconfirmed: bool = False
) -> Iterator[VersionRow | HasErrors | StillToAnswer]:
    """Publish every procedure in the installation's folder of which the store never had the like.

    Tells each new version, and each procedure that is refused. With `unconfirmed`, as for a
    demonstration, no council is asked anything.
    """
    for folder in find_folders(installation.settings.processes):
        package = read_package(folder)
        if was_published(installation, package):
            continue
        try:
            demand_sound(installation, package)
            if not unconfirmed:
                demand_answered(installation, package)
        except (HasErrors, StillToAnswer) as error:
            yield error
            continue
        version = publish_new(installation, package)
        if version is not None:
            yield version


def demand_sound(installation: Installation, package: Package) -> None:
    """Raise `HasErrors` where the check finds errors; warnings hold nothing up."""
    posts = {key: post.title for key, post in installation.council(package.council).posts.items()}
    problems = tuple(check(package.files, key=package.key, posts=posts))
    if any(problem.severity == "error" for problem in problems):
        raise HasErrors(package, problems)


def _demand_as_told(
    installation: Installation, package: Package, scenarios: Mapping[str, bytes], *, replace: bool
) -> None:
    with installation.database.read() as connection:
        rows = find_recorded(connection, package.council, package.key)
    recorded = {r.name: r.content.encode() for r in rows if not (replace and r.name in scenarios)}
    problems = tuple(
        Problem(
            file=f"scenarios/{name}",
            element=None,
            severity="error",
            problem=str(failure),
            mend=_MEND_RECORDED if name in recorded else _MEND,
        )
        for name, source in sorted({**scenarios, **recorded}.items())
        for failure in play_scenario(
            installation.settings.processes, package, read_scenario(source, name)
        ).failures
    )
    if problems:
        raise HasErrors(package, problems)


def _replace_recorded(
    connection: Connection,
    package: Package,
    scenarios: Mapping[str, bytes],
    *,
    by: int | None,
    at: datetime,
) -> None:
    """What was recorded on the site under these names holds no more."""
    council, key = package.council, package.key
    gone = [name for name in scenarios if delete_scenario(connection, council, key, name)]
    if not gone:
        return
    forget_play(connection, council, key)
    words = f"Replaced scenarios of {package.title} by those of its folder: {', '.join(gone)}"
    words += " (by command)"
    add_administered(connection, council=council, at=at, person_id=by, about_id=by, words=words)
