"""New elements of a diagram's file, written as those around them are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.diagrams.diagram import BPMN
from engine.diagrams.spans import Node
from engine.diagrams.written import Change, Written, camunda, deeper, escaped, prefix_of

_XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """An element with its attributes, and either elements or a text in it."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: "tuple[Piece, ...]" = ()
    text: str = ""

    def written(self, space: bytes) -> bytes:
        """As it is written after that white space, which stands before it too."""
        start = self.tag.encode() + b"".join(
            b" " + name.encode() + b'="' + escaped(value) + b'"'
            for name, value in self.attributes.items()
        )
        if not self.children and not self.text:
            return space + b"<" + start + b" />"
        inner = b"".join(child.written(deeper(space)) for child in self.children)
        inner += escaped(self.text, text=True) if self.text else space
        return space + b"<" + start + b">" + inner + b"</" + self.tag.encode() + b">"


class Names:
    """The names that stand for BPMN's and Camunda's within an element of the file."""

    def __init__(self, node: Node) -> None:
        self.bpmn = prefix_of(node, BPMN, "bpmn")[0]
        self._camunda, self._declared = camunda(node)
        found = [prefix for prefix, uri in node.prefixes.items() if uri == _XSI and prefix]
        self._xsi = found[0] if found else ""

    def piece(
        self,
        kind: str,
        *children: Piece,
        form: str = "",
        posts: str = "",
        **attributes: str,
    ) -> Piece:
        """An element of BPMN; `form` and `posts` are Camunda's attributes."""
        named = {"formKey": form, "candidateGroups": posts}
        own = {f"{self._camunda}:{name}": value for name, value in named.items() if value}
        declared = self._declaring() if own else {}
        return Piece(
            tag=f"{self.bpmn}{kind}", attributes={**attributes, **declared, **own},
            children=children,
        )  # fmt: skip

    def texts(self, kind: str, *texts: str) -> tuple[Piece, ...]:
        """An element for each of the texts."""
        return tuple(Piece(tag=f"{self.bpmn}{kind}", text=text) for text in texts)

    def formal(self, kind: str, text: str) -> Piece:
        """An expression, as modellers write it."""
        typed = {f"{self._xsi}:type": f"{self.bpmn}tFormalExpression"} if self._xsi else {}
        return Piece(tag=f"{self.bpmn}{kind}", attributes=typed, text=text)

    def properties(self, values: Mapping[str, str]) -> tuple[Piece, ...]:
        """What holds Camunda's properties; nothing where there are none."""
        held = tuple(
            Piece(tag=f"{self._camunda}:property", attributes={"name": name, "value": value})
            for name, value in values.items()
            if value
        )
        if not held:
            return ()
        inner = Piece(
            tag=f"{self._camunda}:properties", attributes=self._declaring(), children=held
        )
        return (Piece(tag=f"{self.bpmn}extensionElements", children=(inner,)),)

    def _declaring(self) -> dict[str, str]:
        if not self._declared:
            return {}
        return {"xmlns:camunda": self._declared.partition('"')[2].rstrip('"')}


def within(file: Written, node: Node, pieces: tuple[Piece, ...]) -> Change:
    """After what is in the element; one that was written as a single tag is opened."""
    space = file.space_before(node.children[-1] if node.children else node)
    if node.children:
        place = node.children[-1].end
        return place, place, b"".join(piece.written(space) for piece in pieces)
    inner = b"".join(piece.written(space + b"  ") for piece in pieces) + space
    if not node.is_empty_tag:
        return node.inside, node.closes, inner
    start = file.text[node.start : node.inside]
    tag = start[1:].split()[0].rstrip(b"/>")
    return node.start, node.end, start[:-2].rstrip() + b">" + inner + b"</" + tag + b">"
