"""`kubectl cp`. Models kubectl pkg/cmd/cp/cp_test.go."""

from __future__ import annotations

import pytest

from tests.simulator.stories import Story, container, pod

MADE = "mkdir -p d/e; echo hi > d/e/f; ln -s f d/e/l; "


def typed(line: str, image: str = "busybox:1.36") -> str:
    return Story(pod(container(image=image)), seconds=5).node(f"cd /tmp; {line}")


def test_a_folder_goes_into_a_folder_and_a_file_gets_a_name() -> None:
    told = typed(f"{MADE}kubectl cp d p:/tmp; kubectl cp d/e/f p:/tmp/g; kubectl exec p -- cat /tmp/d/e/l /tmp/g")
    assert told == "hi\nhi\n"


def test_what_comes_out_has_no_links() -> None:
    told = typed(f"{MADE}kubectl cp d p:/tmp; kubectl cp p:/tmp/d back; ls back/e; kubectl cp p:/tmp/d/e/f g; cat g")
    assert told.startswith("f\nhi\n")
    assert "tar: removing leading '/' from member names\n" in told
    assert 'warning: skipping symlink: "back/e/l" -> "f" (consider using "kubectl exec -n "default" "p" -- ' in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a b", "error: one of src or dest must be a remote file specification\n"),
        ("p:a p:b", "error: one of src or dest must be a local file specification\n"),
        ("p:a", "error: source and destination are required\n"),
        ("p: b", "error: filepath can not be empty\n"),
        (":a b", "error: filespec must match the canonical format: [[namespace/]pod:]file/path\n"),
        ("nosuch p:/b", "error: nosuch doesn't exist in local filesystem\n"),
        ("q:/a b", 'Error from server (NotFound): pods "q" not found\n'),
        ("p:/nosuch b", "tar: removing leading '/' from member names\ntar: /nosuch: No such file or directory\n"
            "error: command terminated with exit code 1\n"),
        ("/etc/hosts p:/no/f", "tar: can't change directory to '/no': No such file or directory\n"
            "error: command terminated with exit code 1\n"),
        ("p:/etc/hosts .", "tar: removing leading '/' from member names\nerror: open .: is a directory\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_copied_is_refused(line: str, words: str) -> None:
    assert typed(f"kubectl cp {line}") == words
