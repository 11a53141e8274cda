"""Publishing a procedure: only one in which the check finds no error becomes a version."""

from collections.abc import Iterator, Mapping

from engine.checking import Problem, check
from engine.errors import StepladderError
from engine.installation import Installation
from engine.play import play_scenario, read_scenario
from engine.procedures import (
    Package,
    find_folders,
    is_latest,
    publish,
    publish_new,
    read_package,
    was_published,
)
from engine.store.versions import VersionRow


class HasErrors(StepladderError):
    """The check, or a scenario, finds errors in the procedure; `problems` are all that it finds."""

    def __init__(self, package: Package, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            f"{package.council}/{package.key} has errors, so it is not published. Mend them, and "
            "try again."
        )
        self.problems = problems


def publish_checked(
    installation: Installation,
    package: Package,
    *,
    scenarios: Mapping[str, bytes],
    by: int | None,
    reason: str,
) -> VersionRow | None:
    """Publish the package as the procedure's next version; None where it is the newest already.

    `scenarios`, TOML by the file's name, are played before. `by` is the person's id. Raises
    `HasErrors`, `BadScenario`, and `NoCouncil` for a council that is not served.
    """
    demand_sound(installation, package)
    _demand_as_told(installation, package, scenarios)
    if is_latest(installation, package):
        return None
    return publish(installation, package, by=by, reason=reason)


def publish_missing(installation: Installation) -> Iterator[VersionRow | HasErrors]:
    """Publish every procedure in the installation's folder of which the store never had the like.

    Tells each new version, and each procedure that is refused.
    """
    for folder in find_folders(installation.settings.processes):
        package = read_package(folder)
        if was_published(installation, package):
            continue
        try:
            demand_sound(installation, package)
        except HasErrors as error:
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
    installation: Installation, package: Package, scenarios: Mapping[str, bytes]
) -> None:
    problems = tuple(
        Problem(
            file=f"scenarios/{name}",
            element=None,
            severity="error",
            problem=str(failure),
            mend="Mend the procedure, or the scenario where it expects the wrong thing.",
        )
        for name, source in scenarios.items()
        for failure in play_scenario(
            installation.settings.processes, package, read_scenario(source, name)
        ).failures
    )
    if problems:
        raise HasErrors(package, problems)
