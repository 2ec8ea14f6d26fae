"""Archives."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile

import pytest

from simulator.containers.utilities.tar import MAX_SIZE, ArchiveFault, unpacked
from tests.simulator.containers.scripts import output, run_script

MADE = "mkdir -p d/e; echo hi >d/e/f; chmod 600 d/e/f; ln -s f d/e/l; "


def test_what_is_packed_comes_out_again() -> None:
    told = output(f"{MADE}tar cf x.tar d; mkdir o; tar -xf x.tar -C o; cat o/d/e/f o/d/e/l; stat -c %a o/d/e/f")
    assert told == "hi\nhi\n600\n"


@pytest.mark.parametrize("line", ["tar cf - d | tar tf -", "tar czf x.tgz d; tar -t -z -f x.tgz", "tar -cvf x.tar d"])
def test_names_are_listed(line: str) -> None:
    assert output(f"{MADE}{line}") == "d/\nd/e/\nd/e/f\nd/e/l\n"


def test_only_what_is_named_comes_out() -> None:
    assert output(f"{MADE}touch d/x; tar cf x.tar d; rm -r d; tar xf x.tar d/e; find d | sort") == (
        "d\nd/e\nd/e/f\nd/e/l\n"
    )


def test_names_lose_their_slash() -> None:
    assert output(f"{MADE}tar cf - $PWD/d 2>/dev/null | tar tf - | grep -c '^w/d'") == "4\n"


@pytest.mark.parametrize(
    ("script", "busybox", "gnu", "code"),
    [
        ("tar cf x nofile", "tar: nofile: No such file or directory\n",
            "tar: nofile: Cannot stat: No such file or directory\n", 1),
        ("tar xf nofile", "tar: can't open 'nofile': No such file or directory\n",
            "tar: nofile: Cannot open: No such file or directory\n", 1),
        ("echo x | tar xf -", "tar: invalid tar magic\n", "tar: This does not look like a tar archive\n", 1),
        ("tar f x", "tar: You must specify one of the '-Acdtrux' options\n",
            "tar: You must specify one of the '-Acdtrux' options\n", 2),
    ],
)  # fmt: skip
def test_each_flavour_has_its_own_words(script: str, busybox: str, gnu: str, code: int) -> None:
    for shell, expected in (("ash", busybox), ("dash", gnu)):
        result = run_script(script, shell=shell)
        assert result.err == expected
        assert result.code in (code, 2)


def packed(name: str, size: int = 2) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = size
        archive.addfile(info, io.BytesIO(b"x" * size))
    return made.getvalue()


def test_an_archive_that_would_be_too_large_is_no_archive() -> None:
    with pytest.raises(ArchiveFault, match="too large"):
        list(unpacked(gzip.compress(bytes(MAX_SIZE + 1), mtime=0)))
    with pytest.raises(ArchiveFault):
        list(unpacked(packed("a", 20_000)[:1024]))


def test_names_that_lead_out_are_passed_over() -> None:
    assert [info.name for info, _ in unpacked(packed("../../x"))] == ["../../x"]
    archive = base64.b64encode(packed("../x")).decode()
    assert output(f"mkdir inner; cd inner; echo {archive} | base64 -d | tar xf -; ls ..") == "inner\n"
