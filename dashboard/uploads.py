"""What a person typed, pasted or dropped, as one text."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dashboard.recordings.opening import LARGEST, reader_of


@dataclass(frozen=True, slots=True)
class Upload:
    """`refusal`: why the text cannot be used at all, or ""."""

    text: str
    token: str
    refusal: str = ""


def read_upload(request: HttpRequest) -> Upload:
    """The form's text and then its files, as documents of one manifest: lines count through all of them."""
    typed, files, refusal = _newlines(request.POST.get("manifest", "")), request.FILES.getlist("files"), ""
    parts = [] if files and typed.strip() == example().strip() else [typed]  # the untouched example is not meant
    for file in files:
        try:
            parts.append(f"# {file.name}\n{_content(file)}")
        except UnicodeDecodeError:
            refusal = _("%(file)s is not text in UTF-8.") % {"file": file.name}
    text = _join([part for part in parts if part.strip()])
    if len(text.encode()) > settings.MAX_MANIFEST_BYTES:
        size, text = settings.MAX_MANIFEST_BYTES // 1000, text[: settings.MAX_MANIFEST_BYTES]
        refusal = _("The manifest is larger than %(size)s kB.") % {"size": size}
    if not text.strip() and not refusal:
        refusal = _("There is no manifest yet: paste one, drop a file, or start from an example.")
    return Upload(text, read_token(request), refusal)


def read_recording(request: HttpRequest) -> bytes | None:
    """The first file, or else the text, that claims to be a history that was taken along."""
    for file in request.FILES.getlist("files"):
        content = file.read(LARGEST + 1)
        file.seek(0)
        if reader_of(content) is not None:
            return bytes(content)
    typed = request.POST.get("manifest", "").encode("utf-8", "replace")
    return typed if reader_of(typed) is not None else None


def read_token(request: HttpRequest) -> str:
    """Names the form that was shown. One without a name is no other's: who sends it must not get another's cluster."""
    return request.POST.get("token", "")[:64] or secrets.token_urlsafe(16)


def example() -> str:
    """The manifest that the home page begins with."""
    return render_to_string("_example.yaml")


def _content(file: UploadedFile[Any]) -> str:
    return _newlines(file.read(settings.MAX_MANIFEST_BYTES + 1).decode("utf-8-sig"))


def _newlines(text: str) -> str:
    """A browser sends the lines of a text field with CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _join(parts: list[str]) -> str:
    ended = [part if part.endswith("\n") else part + "\n" for part in parts]
    return "---\n".join(ended) if len(ended) > 1 else "".join(parts)
