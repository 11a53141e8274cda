"""Forms: what a task asks, read from form-js's JSON, and what may be answered.

`reading` takes a file and refuses what this product would not show as its owner meant it;
`answers` checks what somebody sent; `words` shows answers, in a sentence or in the form again.
"""

from engine.forms.answers import Answer, Checked, check_answers, clean_text, is_shown
from engine.forms.form import BadForm, Field, Form, FormProblem, Option
from engine.forms.reading import read_form
from engine.forms.words import as_written, in_words

__all__ = [
    "Answer",
    "BadForm",
    "Checked",
    "Field",
    "Form",
    "FormProblem",
    "Option",
    "as_written",
    "check_answers",
    "clean_text",
    "in_words",
    "is_shown",
    "read_form",
]
