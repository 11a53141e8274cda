"""A procedure's files, checked together."""

from collections.abc import Iterator, Mapping

from engine.checking.decisions import check_decisions
from engine.checking.filing import check_filing
from engine.checking.longest import check_longest
from engine.checking.messages import check_messages, message_names
from engine.checking.paths import with_paths
from engine.checking.questions import check_kinds, read_forms
from engine.checking.settings import check_settings
from engine.diagrams.check import Beside, Problem, in_order, judge
from engine.diagrams.diagram import Diagram


def check(
    files: Mapping[str, bytes],
    *,
    key: str | None = None,
    posts: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Everything that is wrong with the procedure that consists of `files`; empty when it is clean.

    `files` are the contents by their path in the procedure's folder, `key` the folder's name (the
    diagram's, where it is not told), `posts` the council's posts, key to title, None where they are
    not known. No code of the files is ever run, and no input makes it raise.
    """
    problems: list[Problem] = []
    forms = read_forms(files, problems)
    problems += [*check_messages(files), *check_settings(files)]
    diagrams = sorted(path for path in files if "/" not in path and path.endswith(".bpmn"))
    wanted = f"{key}.bpmn" if key else (diagrams or ["diagram.bpmn"])[0]
    if wanted not in files:
        return [_no_diagram(wanted, diagrams), *problems]
    beside = Beside(posts=posts, forms=forms, messages=message_names(files), whole=True)
    judged = judge(files[wanted], wanted, beside)
    diagram, found = judged.diagram, with_paths(judged)
    if diagram is not None:
        found = [*_named(diagram, wanted), *found]
        problems += check_kinds(forms, diagram.routing_names)
        problems += check_decisions(files, diagram)
        problems += check_filing(files, diagram, posts)
        if not any(each.severity == "error" for each in (*found, *problems)):
            found = in_order(diagram, [*found, *check_longest(files, diagram)])
    unused = [_unused(path, wanted) for path in diagrams if path != wanted]
    return [*found, *unused, *problems]


def check_alone(
    source: bytes,
    file: str,
    *,
    beside: Mapping[str, bytes],
    posts: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Everything that is wrong with one diagram, judged without what does not lie beside it.

    `beside` are the forms and messages that do, by path. Their own faults are not told.
    """
    forms = read_forms(beside, [])
    known = Beside(
        posts=posts,
        forms=forms or None,
        messages=message_names(beside) or None,
    )
    return with_paths(judge(source, file, known))


def _named(diagram: Diagram, path: str) -> Iterator[Problem]:
    name = path.removesuffix(".bpmn")
    if diagram.id != name:
        yield Problem(
            file=path,
            element=diagram.id,
            severity="error",
            problem=f"The process has the id “{diagram.id[:60]}”, but its folder and file are "
            f"named {name}.",
            mend=f"Give the process the id {name} in the modeller, or rename folder and file.",
        )


def _no_diagram(wanted: str, others: list[str]) -> Problem:
    return Problem(
        file=wanted,
        element=None,
        severity="error",
        problem=f"There is no {wanted} in the procedure's folder.",
        mend=f"Rename {others[0]} to {wanted}, or the folder."
        if others
        else "Save the diagram there: folder, file and process id have one name.",
    )


def _unused(path: str, wanted: str) -> Problem:
    return Problem(
        file=path,
        element=None,
        severity="warning",
        problem=f"Besides {wanted} there is a second diagram, which is never used.",
        mend="Delete it, or keep it in another folder.",
    )
