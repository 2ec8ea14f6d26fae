"""The catalogue, and the file trees of images."""

from __future__ import annotations

import pytest

from simulator.containers import Catalogue
from simulator.containers.images.catalogue import normalise
from tests.simulator.containers.world import World


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("nginx", ("docker.io/library/nginx", "latest", "")),
        ("nginx:1.25", ("docker.io/library/nginx", "1.25", "")),
        ("hashicorp/http-echo", ("docker.io/hashicorp/http-echo", "latest", "")),
        ("docker.io/nginx", ("docker.io/library/nginx", "latest", "")),
        ("index.docker.io/library/nginx", ("docker.io/library/nginx", "latest", "")),
        ("registry.k8s.io/pause:3.9", ("registry.k8s.io/pause", "3.9", "")),
        ("localhost:5000/x/y", ("localhost:5000/x/y", "latest", "")),
        ("nginx@sha256:abc", ("docker.io/library/nginx", "", "sha256:abc")),
        ("nginx:1.25@sha256:abc", ("docker.io/library/nginx", "1.25", "sha256:abc")),
    ],
)
def test_names_are_filled_in_as_the_runtime_does(name: str, parts: tuple[str, str, str]) -> None:
    assert normalise(name) == parts


def test_what_the_recordings_know_is_in_the_catalogue() -> None:
    images = Catalogue()
    nginx, busybox = images.get("nginx"), images.get("busybox:1.28")
    assert nginx.name == "docker.io/library/nginx:latest"
    assert nginx.digest == (
        "docker.io/library/nginx@sha256:93163f52f1d81f012e21142c5d804bb1d1ae9f4692415fafb9ca512097ab183a"
    )
    assert (nginx.size_bytes, busybox.size_bytes, images.get("alpine").size_bytes) == (5161162, 1039547, 1039490)
    assert nginx.stop_signal == "QUIT"
    assert busybox.digest.endswith("8b6f3efc51f3b8938bea984f952f9fcc3a08451020a041f848239112902c9a9d")


def test_unknown_images_are_assumed_and_always_the_same() -> None:
    image = Catalogue().get("example.com/team/app:v1.2")
    assert image.assumed
    assert not Catalogue().knows("example.com/team/app:v1.2")
    assert Catalogue().knows("nginx")
    assert image.digest == Catalogue().get("example.com/team/app:v1.2").digest
    assert Catalogue().get("example.com/team/app@sha256:abc").name == "example.com/team/app@sha256:abc"
    assert image.version == "1.2"


def test_words_in_a_tag_choose_the_system() -> None:
    assert Catalogue().get("redis:7.4-alpine3.20").flavour == "alpine"
    assert Catalogue().get("redis:7.4").flavour == "debian"
    assert Catalogue().get("php:8.3-apache").ports == (80,)


def test_layers_are_built_once() -> None:
    assert Catalogue().get("nginx:1.25").layer is Catalogue().get("nginx:1.26").layer


@pytest.mark.parametrize(
    ("image", "present", "absent"),
    [
        ("busybox", ["/bin/sh", "/bin/wget", "/bin/ls"], ["/bin/bash", "/usr/bin/curl"]),
        ("alpine", ["/bin/ash", "/etc/alpine-release"], ["/bin/bash", "/usr/bin/apt-get"]),
        ("debian", ["/bin/bash", "/etc/debian_version", "/usr/bin/apt-get"], ["/usr/bin/curl", "/usr/bin/wget"]),
        ("nginx", ["/usr/sbin/nginx", "/usr/share/nginx/html/index.html"], ["/usr/sbin/httpd"]),
        ("registry.k8s.io/pause:3.9", ["/pause"], ["/bin/sh", "/etc/passwd"]),
    ],
)
def test_systems_have_what_they_have(image: str, present: list[str], absent: list[str]) -> None:
    container = World().container(image, None)
    for path, wanted in [(path, True) for path in present] + [(path, False) for path in absent]:
        assert (container.mounts.locate(path).node is not None if _parent(container, path) else False) is wanted, path


def _parent(container: object, path: str) -> bool:
    try:
        return container.mounts.locate(path.rpartition("/")[0] or "/").node is not None  # type: ignore[attr-defined]
    except OSError:
        return False
    except Exception:
        return False
