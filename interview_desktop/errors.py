"""The root of the desktop's errors: everything a person may read derives from `AppError`."""


class AppError(Exception):
    """An error that is shown to the person, in plain words.

    Args:
        what: one sentence that says what happened. Never a secret, a path or a stack.
        next_step: one sentence that says what to do now.
    """

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    @property
    def sentence(self) -> str:
        """What happened and what to do next, ready to show."""
        return f"{self.what} {self.next_step}".strip()
