"""The story of a case on paper."""

from collections.abc import Iterator

from engine.documents.paper import Block, Heading, Pairs, Paper, Picture, Table, Text
from engine.story.story import Story
from webui.story_words import step_row, summary, unmet_in_words
from webui.words import instant_in_words


def story_paper(story: Story, reader: str, picture: str | None) -> Paper:
    """The story as far as its reader, a name, may read it; `picture` is the diagram as SVG."""
    file = story.file
    read = f"As {reader} may read it, {instant_in_words(file.read_at)}."
    return Paper(
        title=f"What happened in case {file.case.number}",
        subtitle=f"{file.version.row.title}, {file.council.name}",
        foot=f"Confidential, case {file.case.number}",
        blocks=(
            Text(text=f"Confidential: about a child. {read}", quiet=True),
            Pairs(rows=summary(story)),
            *_unmet(story),
            *_steps(story),
            *_timeline(story),
            *_picture(picture),
        ),
    )


def _unmet(story: Story) -> Iterator[Block]:
    yield Heading(text="What was expected and did not happen")
    found = unmet_in_words(story)
    for sentence, _ in found:
        yield Text(text=sentence)
    if not found:
        yield Text(text="Nothing: every answer came in time, and what is to be recorded is there.")


def _steps(story: Story) -> Iterator[Block]:
    yield Heading(text="Each step and its time")
    rows = []
    for each in map(step_row, story.steps):
        became = f"{each.became}, {each.late}" if each.late else each.became
        name = f"{each.name} ({each.stage})" if each.stage else each.name
        rows.append((name, each.who, each.when, each.taken, became))
    head = ("Step", "Who", "From and to", "Working days", "What became of it")
    yield Table(head=head, rows=tuple(rows))


def _timeline(story: Story) -> Iterator[Block]:
    yield Heading(text="What happened, in order")
    for moment in story.moments:
        line = moment.line
        post = f", as {line.post}" if line.post else ""
        yield Heading(text=f"{instant_in_words(line.at)}{post}", level=2)
        late = " Late." if line.late and "late" not in line.words else ""
        yield Text(text="\n".join([f"{line.words}{late}", *line.then]))


def _picture(picture: str | None) -> Iterator[Block]:
    if picture:
        alt = (
            "The procedure as a diagram, with the way that the case went. The table of the steps "
            "says the same in words."
        )
        yield Heading(text="The path on the diagram")
        yield Text(
            text=(
                "A broad line is a way that was gone. A tick stands at what is done, an arrow at "
                "what waits, an exclamation mark at what was late or is overdue."
            )
        )
        yield Picture(svg=picture, alt=alt)
