"""How the API server refuses. Models staging/src/k8s.io/apimachinery/pkg/api/errors."""

from __future__ import annotations

from collections.abc import Sequence

NAMESPACE_TERMINATING = "NamespaceTerminating"


class ApiError(Exception):
    """A refusal. `message` is the server's own; kubectl puts `Error from server (REASON): ` before it.

    For an invalid object kubectl prints `The KIND "NAME" is invalid` and the causes (`FIELD: MESSAGE`) instead. Of
    another refusal the causes are types (HasStatusCause).
    """

    def __init__(
        self, code: int, reason: str, message: str, *, kind: str = "", name: str = "", causes: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.kind = kind
        self.name = name
        self.causes = tuple(causes)


def not_found(resource: str, name: str) -> ApiError:
    """The answer for an object that is not there: `pods "p" not found`."""
    return ApiError(404, "NotFound", f'{resource} "{name}" not found', kind=resource, name=name)


def conflict(resource: str, name: str) -> ApiError:
    """The answer to an update that was made from a version which is not the newest."""
    words = "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {resource} "{name}": {words}'
    return ApiError(409, "Conflict", message, kind=resource, name=name)
