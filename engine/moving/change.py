"""Two versions of a procedure, as a running case between them meets what is otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from engine.councils import Council
from engine.diagrams.diagram import Diagram, Element
from engine.forms import Field, Form
from engine.procedures import Version

_WORDS: Final = ("title", "source", "unconfirmed", "themes")
"""What procedure.toml says that no case goes by: it is read by people alone."""
_LIMIT_WORDS: Final = ("text", "called", "from", "guidance")
_NO_MATTER: Final = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})
"""Parts of an element that say nothing, or nothing that is not read besides."""
_FEW: Final = "A step that only few may see"


@dataclass(frozen=True, kw_only=True)
class Change:
    """From one version, `old`, to another of the same procedure, `new`."""

    old: Version
    new: Version
    council: Council

    @property
    def was(self) -> Diagram:
        """The diagram that a case comes from."""
        return self.old.package.diagram

    @property
    def now(self) -> Diagram:
        """The diagram that it is to go on with."""
        return self.new.package.diagram

    @property
    def to(self) -> str:
        """The version that it is to go on with, in words."""
        return f"version {self.new.row.number}"

    @cached_property
    def only_words(self) -> bool:
        """Whether nothing is otherwise but words and how it is drawn: any case can move then."""
        old, new = self.old.package, self.new.package
        return (
            without_words(self.was) == without_words(self.now)
            and _asked(old.forms) == _asked(new.forms)
            and old.messages.keys() == new.messages.keys()
            and _rules(old.settings) == _rules(new.settings)
        )

    @cached_property
    def gone(self) -> frozenset[str]:
        """Tasks that respondents may still answer after the case went on, and that are gone."""
        return frozenset(
            each.id
            for each in self.was.elements.values()
            if each.kind == "userTask" and each.id not in self.now.elements
        )

    @cached_property
    def forms_gone(self) -> frozenset[str]:
        """Forms that are not there any more."""
        return frozenset(self.old.package.forms.keys() - self.new.package.forms.keys())

    @cached_property
    def seen_otherwise(self) -> frozenset[str]:
        """Elements that only few may see, and that would be gone or be seen by others."""
        return frozenset(
            key
            for key in self.was.elements
            if self.was.seen_by(key) is not None
            and (key not in self.now.elements or self.was.seen_by(key) != self.now.seen_by(key))
        )

    @cached_property
    def new_names(self) -> frozenset[str]:
        """Answers by which only the new version goes: a case has not kept them."""
        return self.now.routing_names - self.was.routing_names

    @cached_property
    def asking(self) -> Mapping[str, frozenset[str]]:
        """For each of the new names the elements of the new version whose form asks for it."""
        return MappingProxyType({name: self._asking(name) for name in sorted(self.new_names)})

    def _asking(self, name: str) -> frozenset[str]:
        forms = self.new.package.forms
        return frozenset(
            each.id
            for each in self.now.elements.values()
            if each.form in forms and forms[each.form or ""].field(name) is not None
        )

    def called(self, element: str) -> str:
        """An element by its name, in quotation marks; none where only few may see it."""
        drawn = self.was.elements.get(element) or self.now.elements.get(element)
        diagram = self.was if element in self.was.elements else self.now
        if diagram.seen_by(element) is not None:
            return _FEW
        name = " ".join(drawn.name.split()) if drawn else ""
        return f"“{name or element}”"

    def question(self, name: str) -> str:
        """What the new version asks for by that name, as people read it."""
        for form in self.new.package.forms.values():
            field = form.field(name)
            if field is not None and field.label:
                return f"“{field.label}”"
        return f"“{name}”"


def without_words(diagram: Diagram) -> tuple[Any, ...]:
    """What a diagram does: equal for two that differ only in words, and in how they are drawn."""
    elements = {key: _wordless(each) for key, each in diagram.elements.items()}
    flows = {
        key: (each.source, each.target, each.condition, each.parent)
        for key, each in diagram.flows.items()
    }
    return (diagram.id, elements, flows, diagram.properties)


def _wordless(element: Element) -> Element:
    parts = element.parts - _NO_MATTER
    bare = replace(element, name="", documentation="", line=0, lane=None, parts=parts)
    return replace(bare, message="" if element.message else None)


def _asked(forms: Mapping[str, Form]) -> dict[str, list[Field]]:
    return {
        name: [_bare(field) for field in form.fields if field.asks] for name, form in forms.items()
    }


def _bare(field: Field) -> Field:
    return replace(
        field,
        label="",
        description="",
        within="",
        options=tuple(replace(each, label="") for each in field.options),
        fields=tuple(_bare(each) for each in field.fields),
    )


def _rules(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What procedure.toml says that cases go by."""
    rules = {key: value for key, value in settings.items() if key not in _WORDS}
    limit = rules.get("limit")
    if isinstance(limit, dict):
        rules["limit"] = {k: v for k, v in limit.items() if k not in _LIMIT_WORDS}
    return rules
