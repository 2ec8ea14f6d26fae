"""The home page's form, as its template shows it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from dashboard.creation import Draft
from dashboard.uploads import Upload
from simulator.objects import Document, Problem, kubectl_error


def new_token() -> str:
    """Names one form that was shown: sent twice, it makes one cluster."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class HomeForm:
    text: str = ""
    token: str = field(default_factory=new_token)
    problems: tuple[Problem, ...] = ()
    documents: tuple[Document, ...] = ()  # that are right
    notice: str = ""  # what is wrong with the whole
    notes: tuple[Problem, ...] = ()  # what is right and not simulated
    printed: str = ""  # what kubectl would say to the problems

    @property
    def pods(self) -> tuple[Document, ...]:
        return tuple(document for document in self.documents if document.kind == "Pod")

    @property
    def good(self) -> bool:
        """Whether it can run."""
        return bool(self.documents) and not self.problems and not self.notice


def form_for(upload: Upload, draft: Draft | None, notice: str = "") -> HomeForm:
    """The form once more, with what was typed and what is wrong with it."""
    if draft is None:
        return HomeForm(upload.text, upload.token or new_token(), notice=notice or upload.refusal)
    return HomeForm(
        draft.text,
        upload.token or new_token(),
        draft.problems,
        draft.manifest.documents,
        notice or draft.refusal,
        draft.manifest.notes,
        kubectl_error(draft.manifest),
    )
