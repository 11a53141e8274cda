"""The root of every error that Stepladder raises on purpose."""


class StepladderError(Exception):
    """What went wrong, as a sentence in plain English that says what to do.

    Each module derives its own errors; `str(error)` may be shown to the person who acted.
    """
