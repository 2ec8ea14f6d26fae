"""Image references: `nginx`, `quay.io/team/app:1.2@sha256:…`. Models github.com/distribution/reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NAME = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_DOMAIN = re.compile(
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
    r"(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_TAG = re.compile(r"[\w][\w.-]{0,127}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")

REFERENCE = re.compile(
    rf"(?:(?:{_DOMAIN.pattern})/)?(?:{_NAME.pattern})(?::(?:{_TAG.pattern}))?(?:@(?:{_DIGEST.pattern}))?"
)
"""What is an image at all to those that only look at the form, as `kubectl run` does."""


class ImageFault(ValueError):
    """The text names no image; the message is the one of the reference library."""


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image reference in full."""

    domain: str  # docker.io
    path: str  # library/nginx
    tag: str  # latest when neither tag nor digest was given
    digest: str

    @property
    def repository(self) -> str:
        return f"{self.domain}/{self.path}"

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}{f'@{self.digest}' if self.digest else ''}"


@lru_cache(maxsize=256)
def parse_image(text: str) -> ImageName:
    """The image that `text` names. Raises ImageFault. Models ParseNormalizedNamed and ParseImageName."""
    domain, remainder = _split_domain(text)
    remote = remainder.partition(":")[0]
    if remote != remote.lower():
        raise ImageFault(f"invalid reference format: repository name ({remote}) must be lowercase")
    rest, at, digest = remainder.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise ImageFault("invalid reference format")
    path, tag = _split_tag(rest)
    if path.endswith(":"):
        raise ImageFault("invalid reference format")
    if not _DOMAIN.fullmatch(domain) or not _NAME.fullmatch(path) or (tag and not _TAG.fullmatch(tag)):
        raise ImageFault("invalid reference format")
    return ImageName(domain, path, tag if tag or digest else "latest", digest)


def _split_domain(text: str) -> tuple[str, str]:
    """Models splitDockerDomain."""
    domain, slash, remainder = text.partition("/")
    if not slash or not (any(char in domain for char in ".:") or domain == "localhost" or domain.lower() != domain):
        domain, remainder = "docker.io", text
    if domain == "index.docker.io":
        domain = "docker.io"
    if domain == "docker.io" and "/" not in remainder:
        remainder = f"library/{remainder}"
    return domain, remainder


def _split_tag(text: str) -> tuple[str, str]:
    head, colon, tail = text.rpartition(":")
    if not colon or not tail or "/" in tail:
        return text, ""
    return head, tail


def image_tag(text: str) -> str:
    """The image's tag: "" if it has only a digest, or if `text` names no image."""
    try:
        return parse_image(text).tag
    except ImageFault:
        return ""
