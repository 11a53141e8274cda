"""Forms: what a task asks, read from form-js's JSON, and what may be answered.

`reading` takes a file and refuses what this product would not show as its owner meant it;
`answers` checks what somebody sent; `words` shows answers, in a sentence or in the form again.
"""

from engine.forms.answers import (
    MOST_FILES,
    Answer,
    Checked,
    Files,
    Row,
    check_answers,
    clean_text,
    in_row,
    is_shown,
    key_in_row,
    rows_sent,
)
from engine.forms.form import BadForm, Field, Form, FormProblem, Option
from engine.forms.reading import read_form
from engine.forms.words import as_written, in_words, size_in_words

__all__ = [
    "MOST_FILES",
    "Answer",
    "BadForm",
    "Checked",
    "Field",
    "Files",
    "Form",
    "FormProblem",
    "Option",
    "Row",
    "as_written",
    "check_answers",
    "clean_text",
    "in_row",
    "in_words",
    "is_shown",
    "key_in_row",
    "read_form",
    "rows_sent",
    "size_in_words",
]
