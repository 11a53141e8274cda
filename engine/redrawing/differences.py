"""What of a procedure is otherwise in another version of it, in words: the old, and the new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.councils import Council, stage_in_words
from engine.diagrams.diagram import Diagram, Element, Flow
from engine.diagrams.times import BadTime, parse
from engine.errors import StepladderError
from engine.moving.change import without_words
from engine.procedures import Package
from engine.redrawing.arrows import name_of
from engine.redrawing.file_differences import find_file_differences
from engine.redrawing.quoting import called, otherwise, plain, quoted, reworded
from engine.redrawing.steps import step_of

NOBODY: Final = "nobody"
_LISTS: Final[Mapping[str, str]] = {
    "tell": "who is sent a message",
    "digest": "who reads of it in their morning digest",
    "tell_on_answer": "who is sent a message when it is answered",
    "digest_on_answer": "who reads in their morning digest that it was answered",
    "seen_by": "who may see it",
}
_MESSAGES: Final[Mapping[str, str]] = {
    "message": "the message",
    "answer_message": "the message when it is answered",
}
_WRITTEN: Final[Mapping[str | None, str]] = {
    "timeDuration": "as how long it takes",
    "timeDate": "as a date",
    "timeCycle": "as again and again",
}
_LOOPS: Final = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_READ_ELSEWHERE: Final = ("candidateGroups", "formKey")
_EVERYBODY: Final = "whoever may see the case"
_DRAWING: Final = "The drawing"


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
        return (_only_drawn(old, new),)
    return tuple(found)


def _only_drawn(old: Package, new: Package) -> Difference:
    what = "only how it is drawn, or its notes, are otherwise"
    if without_words(old.diagram) != without_words(new.diagram):
        what = "something that it does is otherwise, which has no words here; look at both pictures"
    return Difference(element=None, where=_DRAWING, what=what)


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
        if _way(before.flows.get(key)) != _way(flow) or before.flows[key].name != flow.name
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
                yield self._one(element, _there(element, "is new"))
                continue
            for what in self.changes(before[key], element):
                yield self._one(element, what)
        for key, element in before.items():
            if key not in after:
                yield self._one(element, _there(element, "is gone"), there=False)
        for what in self._named(self.old.diagram.properties, self.new.diagram.properties):
            yield Difference(element=None, where="The procedure", what=what)

    def arrows(self) -> Iterator[Difference]:
        before, after = self.old.diagram.flows, self.new.diagram.flows
        for key in dict.fromkeys((*before, *after)):
            was, now = before.get(key), after.get(key)
            if _way(was) != _way(now):
                led, leads = self._leads(was, self.old), self._leads(now, self.new)
                what = f"{led} is now {leads}"
                if was is None or now is None:
                    what = f"one {leads} is new" if was is None else f"the one {led} is gone"
                yield Difference(element=None, where="An arrow", what=what)
            elif was and now and was.name != now.name:
                what = reworded("what stands beside it", was.name, now.name)
                where = f"The arrow {self._leads(now, self.new)}"
                yield Difference(element=None, where=where, what=what)

    def files(self) -> Iterator[Difference]:
        for where, what in find_file_differences(self.old, self.new):
            yield Difference(element=None, where=where, what=what)

    def _one(self, element: Element, what: str, *, there: bool = True) -> Difference:
        diagram = self.new.diagram if there else self.old.diagram
        return Difference(
            element=step_of(diagram, element.id) if there else None,
            where=self._where(element, diagram),
            what=what,
        )

    def _where(self, element: Element, diagram: Diagram) -> str:
        sits_on = diagram.elements.get(element.attached_to or "")
        of = sits_on if sits_on is not None and element.event == "timer" else element
        if of.kind == "textAnnotation":
            return f"The note “{of.name}”"
        name = of.name or element.name or _first_capital(name_of(diagram, of.id))
        if not element.stage:
            return name
        stage = stage_in_words(self.council, element.stage)
        return name if stage in name else f"{name} ({stage})"

    def changes(self, was: Element, now: Element) -> Iterator[str]:
        """What is otherwise at one element, in words."""
        if was.time != now.time:
            what = "the time to answer" if now.attached_to else "the time"
            yield otherwise(what, _time(was.time), _time(now.time))
        renamed = was.name != now.name and not (was.name == was.time and now.name == now.time)
        if renamed:
            yield reworded("the name", was.name, now.name)
        if was.posts != now.posts:
            yield otherwise("who does it", self._posts(was.posts), self._posts(now.posts))
        if was.form != now.form:
            yield otherwise("the form", _form(self.old, was.form), _form(self.new, now.form))
        if was.stage != now.stage:
            yield otherwise("the stage", was.stage or "none", now.stage or "none")
        if was.message != now.message:
            yield reworded("the button", was.message, now.message)
        late = " when the time has passed" if now.event == "timer" else ""
        yield from self._named(was.properties, now.properties, late)
        yield from self._place(was, now)
        yield from self._shape(was, now)

    def _place(self, was: Element, now: Element) -> Iterator[str]:
        """Where it belongs, and whether it ends what it belongs to."""
        if was.attached_to != now.attached_to:
            hosts = self._name(was.attached_to, self.old), self._name(now.attached_to, self.new)
            yield otherwise("what it sits on", *hosts)
        if was.parent != now.parent:
            boxes = self._name(was.parent, self.old), self._name(now.parent, self.new)
            yield otherwise("what it lies in", *boxes)
        if was.interrupting != now.interrupting and now.kind in ("boundaryEvent", "startEvent"):
            yield self._ends(now)
        if was.triggered_by_event != now.triggered_by_event:
            ways = ("when an arrow leads to it", "at any time, beside the rest")
            yield otherwise("when it begins", *(ways if now.triggered_by_event else ways[::-1]))
        if was.default != now.default:
            leads = (
                self._leads(each.diagram.flows.get(key or ""), each)
                for each, key in ((self.old, was.default), (self.new, now.default))
            )
            yield otherwise("the arrow that is taken when no other one is", *leads)

    def _ends(self, now: Element) -> str:
        if now.kind == "boundaryEvent":
            host = self._name(now.attached_to, self.new)
            when = "its time has passed" if now.event == "timer" else "it is done"
            ways = (f"{host} ended", f"{host} stayed open")
            onward = (f"{host} ends now", f"{host} stays open now")
        else:
            when = "it begins"
            ways = ("everything beside it ended", "everything beside it went on")
            onward = ("everything beside it ends now", "everything beside it goes on now")
        if now.interrupting:
            return f"when {when}, {onward[0]}; before, {ways[1]}"
        return f"when {when}, {onward[1]}; before, {ways[0]}"

    def _shape(self, was: Element, now: Element) -> Iterator[str]:
        if (was.kind, was.event) != (now.kind, now.event):
            yield otherwise("the kind of shape", _kind(was), _kind(now))
        if was.time_kind != now.time_kind:
            words = (_WRITTEN.get(each.time_kind, "not at all") for each in (was, now))
            yield otherwise("how its time is written", *words)
        loops = (_LOOPS & was.parts, _LOOPS & now.parts)
        if loops[0] != loops[1]:
            often = ("several times" if each else "once" for each in loops)
            yield otherwise("how often it is done", *often)
        for name in dict.fromkeys((*was.attributes, *now.attributes)):
            before, after = was.attributes.get(name), now.attributes.get(name)
            if before != after and name not in _READ_ELSEWHERE:
                yield reworded(f"“{name}”", before, after)

    def _named(
        self, was: Mapping[str, str], now: Mapping[str, str], late: str = ""
    ) -> Iterator[str]:
        """Properties that are otherwise."""
        for name in dict.fromkeys((*was, *now)):
            before, after = was.get(name), now.get(name)
            if before == after or name in ("stage", "post", "form"):
                continue
            if name in _LISTS:
                nobody = _EVERYBODY if name == "seen_by" else NOBODY
                lists = (self._posts((each or "").split(","), nobody) for each in (before, after))
                yield otherwise(_LISTS[name] + late, *lists)
            elif name in _MESSAGES:
                what = _MESSAGES[name] + late
                yield otherwise(what, quoted(before), quoted(after))
            else:
                yield reworded(f"“{name}”", before, after)

    def _name(self, key: str | None, package: Package) -> str:
        if key == package.diagram.id:
            return "the procedure itself"
        element = package.diagram.elements.get(key or "")
        return called(element.name, element.id) if element else key or "nothing"

    def _posts(self, posts: tuple[str, ...] | list[str], nobody: str = NOBODY) -> str:
        keys = [post.strip() for post in posts if post.strip()]
        known = self.council.posts
        return ", ".join(known[key].title if key in known else key for key in keys) or nobody

    def _leads(self, flow: Flow | None, package: Package) -> str:
        if flow is None:
            return "none"
        source, target = (name_of(package.diagram, key) for key in (flow.source, flow.target))
        when = f", when {flow.condition}" if flow.condition else ""
        return f"from {source} to {target}{when}"


def _way(flow: Flow | None) -> tuple[str, str, str | None] | None:
    return (flow.source, flow.target, flow.condition) if flow else None


def _there(element: Element, how: str) -> str:
    """That it is new or gone; a clock stands under the name of what it is on."""
    if element.attached_to and element.event == "timer":
        return f"the time to answer, {_time(element.time)}, {how}"
    return how


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind(element: Element) -> str:
    return f"{element.event or ''} {plain(element.kind)}".strip()


def _time(text: str | None) -> str:
    try:
        return parse(text).in_words() if text else "none"
    except BadTime:
        return quoted(text)


def _form(package: Package, name: str | None) -> str:
    return form_title(package, name) if name else "none"


def form_title(package: Package, name: str) -> str:
    """A form as people call it: by its heading, or by its file where that cannot be read."""
    try:
        form = package.forms.get(name)
    except StepladderError:
        form = None
    return f"“{form.title}” ({name})" if form else name
