"""The words for what went wrong (kubectl pkg/cmd/util/helpers.go)."""

import pytest

from simulator.kubectl.errors import (
    CommandError,
    PrintedError,
    SeveralErrors,
    UsageError,
    error_text,
    raise_all,
    with_source,
)
from simulator.objects.errors import ApiError, not_found


def invalid(*causes: str) -> ApiError:
    return ApiError(422, "Invalid", "…", kind="Pod", name="p", causes=causes)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (not_found("pods", "p"), 'Error from server (NotFound): pods "p" not found\n'),
        (CommandError("no"), "error: no\n"),
        (CommandError("error: no"), "error: no\n"),
        (UsageError("get", "no"), "error: no\nSee 'kubectl get -h' for help and examples\n"),
        (invalid("a: x"), 'The Pod "p" is invalid: a: x\n'),
        (invalid("a: x", "b: y", "a: x"), 'The Pod "p" is invalid: \n* a: x\n* b: y\n'),
        (invalid(), 'The Pod "p" is invalid\n'),
        (ApiError(422, "Invalid", "why"), "The request is invalid: why\n"),
        (ApiError(500, "", "odd"), "Error from server: odd\n"),
        (PrintedError("as it is"), "as it is\n"),
        (
            SeveralErrors([not_found("pods", "a"), CommandError("b")]),
            'Error from server (NotFound): pods "a" not found\nb\n',
        ),
    ],
)
def test_an_error_is_worded_as_kubectl_does(error: Exception, text: str) -> None:
    assert error_text(error) == text


def test_the_file_is_named_in_front() -> None:
    error = with_source("creating", "STDIN", ApiError(409, "AlreadyExists", 'pods "p" already exists'))
    assert error_text(error) == (
        'Error from server (AlreadyExists): error when creating "STDIN": pods "p" already exists\n'
    )


def test_one_error_is_raised_as_itself() -> None:
    raise_all([])
    with pytest.raises(CommandError):
        raise_all([CommandError("x")])
    with pytest.raises(SeveralErrors):
        raise_all([CommandError("x"), CommandError("y")])
