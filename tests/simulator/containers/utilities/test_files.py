"""Files: making, listing, copying, finding them; following one that grows."""

from __future__ import annotations

import pytest

from tests.simulator.containers.scripts import output, run_script


@pytest.mark.parametrize(
    ("script", "busybox", "gnu", "code"),
    [
        ("cat /nofile", "cat: can't open '/nofile': No such file or directory\n", "cat: /nofile: No such file or directory\n", 1),
        ("cat /etc", "cat: read error: Is a directory\n", "cat: /etc: Is a directory\n", 1),
        ("rm nofile", "rm: can't remove 'nofile': No such file or directory\n", "rm: cannot remove 'nofile': No such file or directory\n", 1),
        ("rm /etc", "rm: '/etc' is a directory\n", "rm: cannot remove '/etc': Is a directory\n", 1),
        ("mkdir /etc", "mkdir: can't create directory '/etc': File exists\n", "mkdir: cannot create directory '/etc': File exists\n", 1),
        ("mkdir -p d/e; rmdir d", "rmdir: 'd': Directory not empty\n", "rmdir: failed to remove 'd': Directory not empty\n", 1),
        ("touch /no/x", "touch: /no/x: No such file or directory\n", "touch: cannot touch '/no/x': No such file or directory\n", 1),
        ("cp nofile x", "cp: can't stat 'nofile': No such file or directory\n", "cp: cannot stat 'nofile': No such file or directory\n", 1),
        ("cp /etc x", "cp: omitting directory '/etc'\n", "cp: -r not specified; omitting directory '/etc'\n", 1),
        ("mv nofile x", "mv: can't rename 'nofile': No such file or directory\n", "mv: cannot stat 'nofile': No such file or directory\n", 1),
        ("chmod 644 nofile", "chmod: nofile: No such file or directory\n", "chmod: cannot access 'nofile': No such file or directory\n", 1),
        ("tail nofile", "tail: can't open 'nofile': No such file or directory\ntail: no files\n", "tail: cannot open 'nofile' for reading: No such file or directory\n", 1),
        ("sleep x", "sleep: invalid number 'x'\n", "sleep: invalid time interval 'x'\nTry 'sleep --help' for more information.\n", 1),
        ("find nofile", "find: nofile: No such file or directory\n", "find: 'nofile': No such file or directory\n", 1),
    ],
)  # fmt: skip
def test_each_flavour_has_its_own_words(script: str, busybox: str, gnu: str, code: int) -> None:
    for shell, expected in (("ash", busybox), ("dash", gnu)):
        result = run_script(f"{script}; exit $?", shell)
        assert (result.err, result.code) == (expected, code)


def test_ls_of_what_is_not_there_fails_differently() -> None:
    busybox, gnu = run_script("ls /no; exit $?"), run_script("ls /no; exit $?", "dash")
    assert (busybox.err, busybox.code) == ("ls: /no: No such file or directory\n", 1)
    assert (gnu.err, gnu.code) == ("ls: cannot access '/no': No such file or directory\n", 2)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("touch b a .h; ls; ls -a; ls -A; ls -r", "a\nb\n.\n..\n.h\na\nb\n.h\na\nb\nb\na\n"),
        ("mkdir -p d/e; touch d/f; ls -R d; ls -d d; ls -p d", "d:\ne\nf\n\nd/e:\nd\ne/\nf\n"),
        ("echo abc > f; chmod 640 f; ls -l f", "-rw-r-----    1 root     root             4 Nov 23 04:34 f\n"),
        ("ln -s /etc/passwd l; readlink l; readlink -f l; ls -l l | cut -c1; [ -L l ] && echo link", "/etc/passwd\n/etc/passwd\nl\nlink\n"),
        ("echo 1 > a; cp a b; echo 2 > a; cat b; mkdir d; cp a b d; ls d; mv a d/c; cat d/c; ls", "1\na\nb\n2\nb\nd\n"),
        ("mkdir -p a/b; echo x > a/b/f; cp -r a c; rm -r a; cat c/b/f; ls", "x\nc\n"),
        ("mkdir a; touch a/x.txt a/y; find a -name '*.txt'; find a -type d; find a ! -name y -type f; find a -maxdepth 0", "a/x.txt\na\na/x.txt\na\n"),
        ("touch x y; find . -type f -exec echo {} +; find . -name x -delete; ls; find . -empty -type f", "./x ./y\ny\n./y\n"),
        ("echo hi > f; fallocate -l 5M f; stat -c %s f; fallocate -l 10 f; du -k f; head -n 1 f", "5242880\n5120\tf\nhi\n"),
        ("echo hello > f; stat -c '%n %s %a %F' f; wc -c < f; truncate -s 2 f; cat f", "f 6 644 regular file\n6\nhe"),
        ("umask 077; touch f; mkdir d; stat -c %a f d; chmod u+x,g=r f; stat -c %a f; chmod -R a+r d; stat -c %a d", "600\n700\n740\n744\n"),
        ("echo a | tee x y | cat; cat x y; echo b | tee -a x > /dev/null; cat x", "a\na\na\na\nb\n"),
        ("dd if=/dev/zero of=z bs=1k count=3 2>/dev/null; wc -c < z; head -c 5 /dev/zero | wc -c", "3072\n5\n"),
        ("d=$(mktemp -d); [ -d $d ] && echo made; basename /a/b.c .c; dirname /a/b; realpath ../etc/./passwd", "made\nb\n/a\n/etc/passwd\n"),
        ("printf 'a\\nb\\n' > x; printf 'a\\nc\\n' > y; diff x y; cmp -s x x && echo same; echo $?", "--- x\n+++ y\n@@ -1,2 +1,2 @@\n a\n-b\n+c\nsame\n0\n"),
        ("echo x > f; md5sum f > s; md5sum -c s; echo y > f; md5sum -c s 2>/dev/null; echo $?", "f: OK\nf: FAILED\n1\n"),
    ],
)  # fmt: skip
def test_files_are_handled(script: str, expected: str) -> None:
    assert output(script) == expected


def test_gnu_ls_aligns_its_columns() -> None:
    script = "echo abc > f; mkdir d; ls -l"
    assert output(script, "dash") == (
        "total 8\ndrwxr-xr-x 2 root root 4096 Nov 23 04:34 d\n-rw-r--r-- 1 root root    4 Nov 23 04:34 f\n"
    )


def test_following_a_file_costs_nothing_while_it_does_not_change() -> None:
    result = run_script("touch /tmp/log; tail -f /tmp/log", within_ms=100)
    world = result.world
    before = world.engine.transitions
    world.after(86_400_000)
    assert world.engine.transitions == before
    world.exec(result.container, "sh", "-c", "echo line >> /tmp/log")
    world.after(1000)
    assert result.container.log.text() == "line\n"


def test_tail_of_dev_null_blocks_for_good() -> None:
    result = run_script("tail -f /dev/null", within_ms=100)
    before = result.world.engine.transitions
    result.world.after(86_400_000)
    assert (result.world.exits, result.world.engine.transitions) == ([], before)


def test_a_file_that_appears_later_is_followed_by_capital_f() -> None:
    result = run_script("(sleep 2; echo hi > /tmp/late) & tail -F /tmp/late", within_ms=5000)
    assert result.out == "hi\n"


@pytest.mark.parametrize(("flag", "shown"), [("-f", "one\n"), ("-F", "one\nthree\n")])
def test_tail_follows_a_file_or_a_name(flag: str, shown: str) -> None:
    script = "echo one > /tmp/a; (sleep 2; echo three > /tmp/b; mv /tmp/b /tmp/a) & timeout 4 tail {} /tmp/a"
    result = run_script(script.format(flag), within_ms=9000)
    assert result.out == shown
    assert ("has been replaced" in result.err) == (flag == "-F")
