"""What of a procedure is otherwise in another version of it, in words: the old, and the new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.councils import Council, stage_in_words
from engine.diagrams.diagram import Element, Flow
from engine.diagrams.times import BadTime, parse
from engine.errors import StepladderError
from engine.procedures import Package
from engine.redrawing.steps import step_of

NOBODY: Final = "nobody"
_LISTS: Final[Mapping[str, str]] = {
    "tell": "who is sent a message",
    "digest": "who reads of it in their morning digest",
    "tell_on_answer": "who is sent a message when it is answered",
    "digest_on_answer": "who reads in their morning digest that it was answered",
    "seen_by": "the only posts that may see it",
}
_MESSAGES: Final[Mapping[str, str]] = {
    "message": "the message",
    "answer_message": "the message when it is answered",
}
_KINDS: Final[Mapping[str, str]] = {"forms": "The form", "messages": "The message"}
_LONGEST: Final = 200


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is otherwise: `where` it is, in words, and `what` of it was and is.

    `element` is the id of the step that it belongs to, None where it is none's.
    """

    element: str | None
    where: str
    what: str

    @property
    def words(self) -> str:
        """As one sentence."""
        return f"{self.where}: {self.what}."


def find_differences(old: Package, new: Package, council: Council) -> tuple[Difference, ...]:
    """All that is otherwise in `new`, in the order of its diagram, then its other files.

    Where things are drawn is no difference in what the procedure does, and is told in one line.
    """
    reader = _Reader(old, new, council)
    found = (*reader.steps(), *reader.arrows(), *reader.files())
    if not found and old.diagram_source != new.diagram_source:
        return (
            Difference(
                element=None,
                where="The drawing",
                what="only how it is drawn, or its notes, are otherwise",
            ),
        )
    return tuple(found)


def find_marks(
    old: Package, new: Package, council: Council
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What is otherwise on the picture: of the old one what is `gone`, of the new one the rest.

    By id of an element or an arrow: `new`, `changed`, `gone`, as `picture.svg` takes them.
    """
    reader = _Reader(old, new, council)
    before, after = old.diagram, new.diagram
    is_now = {key: "new" for key in after.elements if key not in before.elements}
    is_now |= {
        key: "changed"
        for key, element in after.elements.items()
        if key in before.elements and any(reader.changes(before.elements[key], element))
    }
    is_now |= {
        key: "changed" if key in before.flows else "new"
        for key, flow in after.flows.items()
        if _way(before.flows.get(key)) != _way(flow)
    }
    gone = {key: "gone" for key in before.elements if key not in after.elements}
    gone |= {key: "gone" for key in before.flows if key not in after.flows}
    return gone, is_now


class _Reader:
    def __init__(self, old: Package, new: Package, council: Council) -> None:
        self.old, self.new, self.council = old, new, council

    def steps(self) -> Iterator[Difference]:
        before, after = self.old.diagram.elements, self.new.diagram.elements
        for key, element in after.items():
            if key not in before:
                yield self._one(element, "is new")
                continue
            for what in self.changes(before[key], element):
                yield self._one(element, what)
        for key, element in before.items():
            if key not in after:
                yield self._one(element, "is gone", there=False)

    def arrows(self) -> Iterator[Difference]:
        before, after = self.old.diagram.flows, self.new.diagram.flows
        for key in dict.fromkeys((*before, *after)):
            was, now = before.get(key), after.get(key)
            if _way(was) != _way(now):
                what = f"{self._leads(was, self.old)} is now {self._leads(now, self.new)}"
                yield Difference(element=None, where="An arrow", what=what)

    def files(self) -> Iterator[Difference]:
        before, after = self.old.files, self.new.files
        for path in dict.fromkeys((*sorted(before), *sorted(after))):
            if path == self.new.diagram_path or before.get(path) == after.get(path):
                continue
            how = "is gone" if path not in after else "is otherwise" if path in before else "is new"
            folder, _, name = path.partition("/")
            where = f"{_KINDS[folder]} “{name.rpartition('.')[0]}”" if name else path
            yield Difference(element=None, where=where, what=how)

    def _one(self, element: Element, what: str, *, there: bool = True) -> Difference:
        diagram = self.new.diagram if there else self.old.diagram
        return Difference(
            element=step_of(diagram, element.id) if there else None,
            where=self._where(element, diagram.elements),
            what=what,
        )

    def _where(self, element: Element, elements: Mapping[str, Element]) -> str:
        sits_on = elements.get(element.attached_to or "")
        of = sits_on if sits_on is not None and element.event == "timer" else element
        name = of.name or element.name or of.id
        if not element.stage:
            return name
        stage = stage_in_words(self.council, element.stage)
        return name if stage in name else f"{name} ({stage})"

    def changes(self, was: Element, now: Element) -> Iterator[str]:
        if was.time != now.time:
            what = "the time to answer" if now.attached_to else "the time"
            yield _otherwise(what, _time(was.time), _time(now.time))
        renamed = was.name != now.name and not (was.name == was.time and now.name == now.time)
        if renamed:
            yield _otherwise("the name", _quoted(was.name), _quoted(now.name))
        if was.posts != now.posts:
            yield _otherwise("who does it", self._posts(was.posts), self._posts(now.posts))
        if was.form != now.form:
            yield _otherwise("the form", _form(self.old, was.form), _form(self.new, now.form))
        if was.stage != now.stage:
            yield _otherwise("the stage", was.stage or "none", now.stage or "none")
        if was.message != now.message:
            yield _otherwise("the button", _quoted(was.message), _quoted(now.message))
        yield from self._properties(was, now)
        if (was.kind, was.event, was.default) != (now.kind, now.event, now.default):
            yield "is drawn as another shape, or leads on otherwise"

    def _properties(self, was: Element, now: Element) -> Iterator[str]:
        late = " when the time has passed" if now.event == "timer" else ""
        for name in dict.fromkeys((*was.properties, *now.properties)):
            before, after = was.properties.get(name), now.properties.get(name)
            if before == after or name in ("stage", "post", "form"):
                continue
            if name in _LISTS:
                yield _otherwise(
                    _LISTS[name] + late,
                    self._posts((before or "").split(",")),
                    self._posts((after or "").split(",")),
                )
            elif name in _MESSAGES:
                what = _MESSAGES[name] + late
                yield _otherwise(what, _quoted(before), _quoted(after))
            else:
                yield _otherwise(name, _quoted(before), _quoted(after))

    def _posts(self, posts: tuple[str, ...] | list[str]) -> str:
        keys = [post.strip() for post in posts if post.strip()]
        known = self.council.posts
        return ", ".join(known[key].title if key in known else key for key in keys) or NOBODY

    def _leads(self, flow: Flow | None, package: Package) -> str:
        if flow is None:
            return "none"
        elements = package.diagram.elements
        source, target = (
            (elements[key].name or key) if key in elements else key
            for key in (flow.source, flow.target)
        )
        when = f", when {flow.condition}" if flow.condition else ""
        return f"from “{source}” to “{target}”{when}"


def _way(flow: Flow | None) -> tuple[str, str, str | None] | None:
    return (flow.source, flow.target, flow.condition) if flow else None


def _otherwise(what: str, was: str, now: str) -> str:
    return f"{what} was {was}, and is now {now}"


def _time(text: str | None) -> str:
    try:
        return parse(text).in_words() if text else "none"
    except BadTime:
        return _quoted(text)


def _form(package: Package, name: str | None) -> str:
    return form_title(package, name) if name else "none"


def form_title(package: Package, name: str) -> str:
    """A form as people call it: by its heading, or by its file where that cannot be read."""
    try:
        form = package.forms.get(name)
    except StepladderError:
        form = None
    return f"“{form.title}” ({name})" if form else name


def _quoted(text: str | None) -> str:
    if not text:
        return "none"
    return f"“{text[:_LONGEST]}…”" if len(text) > _LONGEST else f"“{text}”"
