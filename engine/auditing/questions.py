"""What an auditor asks, of a case and of a child about whom no concern was raised.

The questions are those that auditors of this work ask (Surrey's and Ofsted's findings, NIROMP's
template); no council's text gives its own, so they stand here and not in a council's folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.store.audits import CASE, CHILD

YES, PARTLY, NO, NOT_APPLICABLE = "yes", "partly", "no", "not applicable"
ANSWERS: Final = ((YES, "Yes"), (PARTLY, "Partly"), (NO, "No"), (NOT_APPLICABLE, "Not applicable"))
EXPLAINED: Final = frozenset({PARTLY, NO})
"""Answers that need words of why."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question: `yes` is always what should be. `hint` says how to answer; it may be empty."""

    key: str
    label: str
    hint: str = ""

    @property
    def about(self) -> str:
        """What the question is about, in a few words."""
        return _ABOUT[self.key]


INFORMAL, LEVEL, REASONS = "informal", "level", "reasons"
DATES, VOICE, DONE, ESCALATED = "dates", "voice", "done", "escalated"

_ABOUT: Final = {
    INFORMAL: "the informal attempt",
    LEVEL: "the level",
    REASONS: "what is written",
    DATES: "the dates",
    VOICE: "the child’s voice",
    DONE: "what was done",
    ESCALATED: "escalating",
}

QUESTIONS: Final[Mapping[str, tuple[Question, ...]]] = {
    CASE: (
        Question(
            key=INFORMAL,
            label="Is an informal attempt on file?",
            hint="If it went straight to a formal stage: is there a good reason in writing?",
        ),
        Question(key=LEVEL, label="Was it raised at the right level?"),
        Question(
            key=REASONS,
            label="Are the concern, its impact and the reasons for decisions written clearly?",
            hint="Could somebody who does not know the child follow them?",
        ),
        Question(
            key=DATES,
            label="Were the dates met?",
            hint="Where they were not: was more time agreed, with a reason?",
        ),
        Question(
            key=VOICE,
            label="Is the child’s voice there?",
            hint="What the child wants, and whether they were told, offered an advocate, and know "
            "how to complain.",
        ),
        Question(key=DONE, label="Was the action actually done, and did it help the child?"),
        Question(
            key=ESCALATED,
            label="Did it go as far, and as soon, as it should have?",
            hint="Answer “no” if it should have been escalated and was not.",
        ),
    ),
    CHILD: (
        Question(
            key=ESCALATED,
            label="Was there nothing that should have been escalated?",
            hint="Answer “no” if a concern should have been raised in this time and was not.",
        ),
        Question(
            key=INFORMAL,
            label="Is it on file how smaller worries were settled informally?",
            hint="Not applicable, if there were none.",
        ),
        Question(
            key=REASONS,
            label="Where it was decided not to raise a concern, is the reason written?",
            hint="Not applicable, if it was never considered.",
        ),
        Question(key=DATES, label="Were the dates of the plan and of its reviews met?"),
        Question(
            key=VOICE,
            label="Is the child’s voice there?",
            hint="What the child wants, and whether they know of advocates and how to complain.",
        ),
        Question(
            key=DONE, label="Were the decisions of the last review or conference carried out?"
        ),
    ),
}
