"""How kubectl words what went wrong. Models kubectl pkg/cmd/util/helpers.go checkErr."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.objects.errors import ApiError


class CommandError(Exception):
    """Something kubectl itself refuses; `error: ` goes before the text."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class UsageError(CommandError):
    """Arguments that make no sense for a verb."""

    def __init__(self, verb: str, message: str) -> None:
        super().__init__(f"{message}\nSee 'kubectl {verb} -h' for help and examples")


class PrintedError(Exception):
    """Something that is already in the words it is printed in."""


class SeveralErrors(Exception):
    """More than one thing went wrong; the others were done all the same."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        super().__init__(*errors)
        self.errors = tuple(errors)


def raise_all(errors: Sequence[Exception]) -> None:
    """Nothing, the one error, or all of them."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SeveralErrors(errors)


def error_text(error: Exception) -> str:
    """What goes to standard error, ending in a newline."""
    if isinstance(error, SeveralErrors):
        return "".join(f"{_one_of_many(each)}\n" for each in error.errors)
    if isinstance(error, ApiError) and error.reason == "Invalid":
        return _invalid(error)
    text = _one_of_many(error)
    if not isinstance(error, ApiError | PrintedError) and not text.startswith("error: "):
        text = f"error: {text}"
    return text if text.endswith("\n") else text + "\n"


def with_source(doing: str, source: str, error: ApiError) -> ApiError:
    """The same refusal, saying which file it is about. Models AddSourceToErr."""
    message = f'error when {doing} "{source}": {error.message}'
    return ApiError(error.code, error.reason, message, kind=error.kind, name=error.name, causes=error.causes)


def _one_of_many(error: Exception) -> str:
    if isinstance(error, ApiError):
        return f"Error from server ({error.reason}): {error.message}" if error.reason else f"Error from server: {error}"
    return str(error)


def _invalid(error: ApiError) -> str:
    text = "The request is invalid"
    if error.kind or error.name:
        text = f'The {error.kind} "{error.name}" is invalid'
    elif error.message and not error.causes:
        text += f": {error.message}"
    causes = list(dict.fromkeys(error.causes))
    if not causes:
        return text + "\n"
    if len(causes) == 1:
        return f"{text}: {causes[0]}\n"
    return f"{text}: \n" + "".join(f"* {cause}\n" for cause in causes)
