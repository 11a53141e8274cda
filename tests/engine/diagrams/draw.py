"""Diagrams for these tests, drawn in a few lines each (no layout: nothing here is looked at).

`python -m tests.engine.diagrams.draw` writes stages.bpmn afresh.
"""

from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="definitions" '
    'targetNamespace="urn:test">\n'
)


class Drawing:
    """A process or sub-process that is being drawn; ids are given, everything else is short."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.flows = 0

    def start(self, key: str) -> None:
        """A plain start event."""
        self.lines.append(f'<bpmn:startEvent id="{key}"/>')

    def end(self, key: str, *, terminate: bool = False) -> None:
        """An end event."""
        inner = "<bpmn:terminateEventDefinition/>" if terminate else ""
        self.lines.append(f'<bpmn:endEvent id="{key}">{inner}</bpmn:endEvent>')

    def task(self, key: str) -> None:
        """A user task of the team manager's."""
        self.lines.append(
            f'<bpmn:userTask id="{key}" name={quoteattr(key.title())} '
            'camunda:candidateGroups="tm"/>'
        )

    def choice(self, key: str, default: str | None = None) -> None:
        """An exclusive gateway."""
        attribute = f' default="{default}"' if default else ""
        self.lines.append(f'<bpmn:exclusiveGateway id="{key}"{attribute}/>')

    def fork(self, key: str) -> None:
        """A parallel gateway."""
        self.lines.append(f'<bpmn:parallelGateway id="{key}"/>')

    def throw(self, key: str) -> None:
        """A throw event without a definition."""
        self.lines.append(f'<bpmn:intermediateThrowEvent id="{key}"/>')

    def timer(self, key: str, host: str, time: str, *, interrupting: bool = False) -> None:
        """A boundary timer."""
        self.lines.append(
            f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" '
            f'cancelActivity="{str(interrupting).lower()}"><bpmn:timerEventDefinition>'
            f"<bpmn:timeDuration>{escape(time)}</bpmn:timeDuration>"
            "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        )

    def message(self, key: str, host: str, *, interrupting: bool = True) -> None:
        """A boundary message, named `<key>_name`."""
        self.lines.append(
            f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" '
            f'cancelActivity="{str(interrupting).lower()}">'
            f'<bpmn:messageEventDefinition messageRef="m_{key}"/></bpmn:boundaryEvent>'
        )

    def message_start(self, key: str) -> None:
        """The start event of an event sub-process, named `<key>_name`."""
        self.lines.append(
            f'<bpmn:startEvent id="{key}" isInterrupting="false">'
            f'<bpmn:messageEventDefinition messageRef="m_{key}"/></bpmn:startEvent>'
        )

    def flow(self, *keys: str, when: str | None = None, key: str | None = None) -> None:
        """Flows from the first to the second, from there to the third …; `when` is on the first."""
        for source, target in pairwise(keys):
            inner = (
                f"<bpmn:conditionExpression>{escape(when)}</bpmn:conditionExpression>"
                if when
                else ""
            )
            name = key or f"flow_{source}_{target}"
            self.lines.append(
                f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" '
                f'targetRef="{target}">{inner}</bpmn:sequenceFlow>'
            )
            when = key = None

    def sub_process(self, key: str, inside: "Drawing", *, by_event: bool = False) -> None:
        """A sub-process, or an event sub-process."""
        attribute = ' triggeredByEvent="true"' if by_event else ""
        self.lines += [
            f'<bpmn:subProcess id="{key}"{attribute}>',
            *inside.lines,
            "</bpmn:subProcess>",
        ]

    def source(self, *messages: str) -> bytes:
        """The file, with the messages of the events with these ids."""
        named = [f'<bpmn:message id="m_{key}" name="{key}_name"/>' for key in messages]
        process = ['<bpmn:process id="process" isExecutable="true">', *self.lines]
        return (
            _HEAD + "\n".join([*named, *process, "</bpmn:process>", "</bpmn:definitions>"]) + "\n"
        ).encode()


def stages(count: int = 4) -> bytes:
    """The shape of a real procedure: stages, a limit, withdrawal, two blocks at any time."""
    formal = Drawing()
    formal.start("formal_start")
    formal.choice("hub", default="formal_over")
    formal.choice("decided", default="flow_decided_hub")
    formal.end("formal_end")
    formal.flow("formal_start", "hub")
    formal.flow("hub", "formal_end", key="formal_over")
    formal.flow("decided", "hub")
    messages = ["consider", "refer", "withdraw"]
    for n in range(1, count + 1):
        messages.append(f"unanswered_{n}")
        _stage(formal, n)
    whole = Drawing()
    whole.start("raised")
    whole.task("informal")
    whole.sub_process("formal", formal)
    whole.timer("limit", "formal", "20 working days")
    whole.message("withdraw", "formal")
    whole.task("over_limit")
    whole.end("limit_told")
    whole.end("settled")
    whole.end("withdrawn")
    whole.flow("raised", "informal", "formal", "settled")
    whole.flow("limit", "over_limit", "limit_told")
    whole.flow("withdraw", "withdrawn")
    for key in ("consider", "refer"):
        _block(whole, key)
    return whole.source(*messages)


def _stage(formal: Drawing, n: int) -> None:
    inside = Drawing()
    inside.start(f"start_{n}")
    inside.task(f"respond_{n}")
    inside.timer(f"late_{n}", f"respond_{n}", "5 working days")
    inside.task(f"no_answer_{n}")
    inside.end(f"told_{n}")
    inside.end(f"answered_{n}", terminate=True)
    inside.flow(f"start_{n}", f"respond_{n}", f"answered_{n}")
    inside.flow(f"late_{n}", f"no_answer_{n}", f"told_{n}")
    formal.choice(f"enter_{n}")
    formal.sub_process(f"stage_{n}", inside)
    formal.message(f"unanswered_{n}", f"stage_{n}")
    formal.choice(f"merge_{n}")
    formal.task(f"decide_{n}")
    formal.timer(f"undecided_{n}", f"decide_{n}", "2 working days")
    formal.end(f"chased_{n}")
    formal.choice(f"returned_{n}", default=f"flow_returned_{n}_decided")
    formal.flow("hub", f"enter_{n}", f"stage_{n}", f"merge_{n}", when=f'next = "{n}"')
    formal.flow(f"unanswered_{n}", f"merge_{n}", f"decide_{n}", f"returned_{n}")
    formal.flow(f"undecided_{n}", f"chased_{n}")
    formal.flow(f"returned_{n}", f"enter_{n}", when="returned = true", key=f"back_{n}")
    formal.flow(f"returned_{n}", "decided")


def _block(whole: Drawing, key: str) -> None:
    inside = Drawing()
    inside.message_start(key)
    inside.fork(f"{key}_fork")
    inside.flow(key, f"{key}_fork")
    for branch in ("advice", "notice", "file"):
        inside.task(f"{key}_{branch}")
        inside.end(f"{key}_{branch}_done")
        inside.flow(f"{key}_fork", f"{key}_{branch}", f"{key}_{branch}_done")
    inside.timer(f"{key}_due", f"{key}_advice", "10 days")
    inside.end(f"{key}_due_told")
    inside.flow(f"{key}_due", f"{key}_due_told")
    whole.sub_process(f"{key}_block", inside, by_event=True)


if __name__ == "__main__":
    Path(__file__).with_name("stages.bpmn").write_bytes(stages())
