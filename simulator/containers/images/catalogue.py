"""The images that are known, and what is taken to be in the others. The facts are in catalogue.yaml."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

import yaml

from simulator.containers.files.nodes import Directory
from simulator.containers.images.layers import build_layer

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEFAULT_SIZE = 30_000_000
# When images are taken to have been built: files of the image bear this date.
BUILT_MS = 1_730_000_000_000


@dataclass(frozen=True)
class Image:
    """What a container is made from. `layer` is shared by all containers of it."""

    name: str  # docker.io/library/nginx:1.27
    digest: str  # docker.io/library/nginx@sha256:...
    size_bytes: int
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = (("PATH", PATH),)
    workdir: str = ""
    user: int = 0
    user_name: str = ""  # where the image names its user
    stop_signal: str = "TERM"
    ports: tuple[int, ...] = ()
    flavour: str = "debian"
    version: str = ""
    assumed: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    programs: tuple[tuple[str, str], ...] = ()  # path -> program
    files: tuple[tuple[str, str], ...] = ()
    built_ms: int = BUILT_MS

    @cached_property
    def layer(self) -> Directory:
        return build_layer(self.flavour, self.programs, self.files)

    def __hash__(self) -> int:
        return hash(self.name)


class Catalogue:
    """Images by name. What a registry does not have is not its business: it knows something about any name."""

    def __init__(self) -> None:
        self._images: dict[str, Image] = {}

    def get(self, name: str) -> Image:
        """The image of a name as a manifest gives it: nginx, busybox:1.28, quay.io/a/b@sha256:..."""
        image = self._images.get(name)
        if image is None:
            image = self._images[name] = find_image(name)
        return image

    def knows(self, name: str) -> bool:
        return not self.get(name).assumed

    def node(self) -> Image:
        """What the node's own file system is."""
        return self.get("podviz.invalid/node:latest")


def normalise(name: str) -> tuple[str, str, str]:
    """(repository, tag, digest) with Docker's defaults filled in."""
    rest, _, digest = name.partition("@")
    repository, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = rest, ""
    first, slash, _ = repository.partition("/")
    if not slash:
        repository = f"docker.io/library/{repository}"
    elif "." not in first and ":" not in first and first != "localhost":
        repository = f"docker.io/{repository}"
    elif first == "index.docker.io":
        repository = "docker.io" + repository[len(first) :]
    if repository.startswith("docker.io/") and repository.count("/") == 1:
        repository = repository.replace("docker.io/", "docker.io/library/")
    return repository, tag or ("" if digest else "latest"), digest


@cache
def data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("catalogue.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@cache
def _by_repository() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for entry in data()["images"]:
        for repository in entry["names"]:
            table[normalise(repository)[0]] = entry
    return table


def _version(tag: str) -> str:
    """1.2 of v1.2-alpine; nothing of latest."""
    text = tag.lstrip("v")
    return text.partition("-")[0] if text[:1].isdigit() else ""


def _digest(text: str) -> str:
    """A made-up digest that is always the same for the same image."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@cache
def find_image(name: str) -> Image:
    repository, tag, digest = normalise(name)
    known = _by_repository().get(repository)
    entry: dict[str, Any] = data()["assumed"] if known is None else known
    tags: dict[str, Any] = entry.get("tags") or {}
    variant = {**entry, **_variant(entry, tag), **(tags.get(tag) or {})}
    digest = digest or variant.get("digest") or _digest(f"{repository}:{tag}")
    return Image(
        name=f"{repository}:{tag}" if tag else f"{repository}@{digest}",
        digest=f"{repository}@{digest}",
        size_bytes=variant.get("size", DEFAULT_SIZE),
        entrypoint=tuple(variant.get("entrypoint", ())),
        cmd=tuple(variant.get("cmd", ())),
        env=(("PATH", variant.get("path", PATH)), *((k, str(v)) for k, v in variant.get("env", {}).items())),
        workdir=variant.get("workdir", ""),
        user=variant.get("user", 0),
        user_name=variant.get("user_name", ""),
        stop_signal=variant.get("stop_signal", "TERM"),
        ports=tuple(variant.get("ports", ())),
        flavour=variant.get("flavour", "debian"),
        version=_version(tag) or str(variant.get("version", "")),
        assumed=known is None,
        settings=variant.get("settings", {}),
        programs=tuple(sorted(variant.get("programs", {}).items())),
        files=tuple(sorted(variant.get("files", {}).items())),
    )


def _variant(entry: dict[str, Any], tag: str) -> dict[str, Any]:
    """What a word in the tag means: nginx:1.27-alpine is built on Alpine."""
    for word, changes in (entry.get("variants") or {}).items():
        if word in tag.split("-") or tag.endswith(word) or any(part.startswith(word) for part in tag.split("-")):
            found: dict[str, Any] = changes
            return found
    return {}
