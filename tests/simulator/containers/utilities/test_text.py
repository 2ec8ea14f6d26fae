"""Filters: each line is a command and what it prints."""

from __future__ import annotations

import pytest

from tests.simulator.containers.scripts import output, run_script

FILTERS = [
    ("seq 3 | tac", "3\n2\n1\n"),
    ("seq 20 | head -n 2; seq 20 | tail -n 2; seq 20 | tail -n +19; seq 3 | head -n -1", "1\n2\n19\n20\n19\n20\n1\n2\n"),
    ("printf abcdef | head -c 3; printf abcdef | tail -c 2", "abcef"),
    ("printf 'a b\\nc\\n' | wc; printf 'a\\n' | wc -l", "        2         3         6\n1\n"),
    ("printf 'a,b,c\\n' | cut -d, -f2-; printf 'abc\\n' | cut -c1,3; printf 'ab\\n' | cut -d, -f2 -s", "b,c\nac\n"),
    ("echo 'Hello World' | tr '[:upper:]' '[:lower:]'; echo a-b | tr -- - _; echo abc | tr -cd 'a\\n'", "hello world\na_b\na\n"),
    ("printf '10\\n9\\n1\\n' | sort; printf '10\\n9\\n' | sort -n; printf 'b\\na\\nb\\n' | sort -u", "1\n10\n9\n9\n10\na\nb\n"),
    ("printf 'x 3\\ny 1\\n' | sort -k2,2n; printf 'a:2\\nb:1\\n' | sort -t: -k2; printf '1K\\n1M\\n2\\n' | sort -h", "y 1\nx 3\nb:1\na:2\n2\n1K\n1M\n"),
    ("printf 'a\\na\\nb\\n' | uniq -c; printf 'a\\na\\nb\\n' | uniq -d; printf 'a\\na\\nb\\n' | uniq -u", "      2 a\n      1 b\na\nb\n"),
    ("printf 'a\\nb\\n' | paste -s -d, -; echo abc | rev; echo abcdef | fold -w 4", "a,b\ncba\nabcd\nef\n"),
    ("printf 'a\\nb\\nc\\n' | grep -n b; printf 'a\\nb\\n' | grep -c .; printf 'a\\nb\\n' | grep -vx a", "2:b\n2\nb\n"),
    ("printf 'a.b\\naxb\\n' | grep -F a.b; printf 'one\\ntwo\\n' | grep -e one -e two | wc -l", "a.b\n2\n"),
    ("printf '1\\n2\\n3\\n4\\n5\\n' | grep -A1 -B1 3; echo 10.0.0.1 | grep -oE '([0-9]+\\.){3}[0-9]+'", "2\n3\n4\n10.0.0.1\n"),
    ("mkdir d; echo hit > d/a; echo no > d/b; grep -r hit d; grep -l hit d/a d/b; grep -h hit d/a d/b", "d/a:hit\nd/a\nhit\n"),
    ("echo 'a b' | sed 's/\\([a-z]\\) \\([a-z]\\)/\\2 \\1/'; echo aaa | sed 's/a/b/2'; echo a/b | sed 's|/|-|'", "b a\naba\na-b\n"),
    ("seq 5 | sed -n '2,3p'; seq 5 | sed '2,$d'; seq 3 | sed -n '$='; seq 3 | sed '/2/!d'", "2\n3\n1\n3\n2\n"),
    ("seq 2 | sed 'a x'; seq 2 | sed '1i y'; seq 2 | sed '1c z'; seq 4 | sed '2q'", "1\nx\n2\nx\ny\n1\n2\nz\n2\n1\n2\n"),
    ("printf 'a\\nb\\n' | sed ':a;N;$!ba;s/\\n/ /g'; seq 4 | sed 'n;d'; seq 2 | sed G; seq 3 | sed -n 'H;${x;s/\\n/,/g;p}'", "a b\n1\n3\n1\n\n2\n\n,1,2,3\n"),
    ("echo key=old > c; sed -i 's/old/new/' c; cat c; echo AbC | sed -E 's/[A-Z]/<&>/g'; echo ab | sed 's/b/\\U&/'", "key=new\n<A>b<C>\naB\n"),
    ("printf 'BEGIN\\na\\nEND\\nb\\n' | sed '/BEGIN/,/END/d'; echo 'x' | sed -n 's/x/y/p'; echo a | sed --expression='s/a/b/'", "b\ny\nb\n"),
    ("printf 'a 1\\nb 2\\n' | awk '{ print $2, $1 }'; printf '1\\n2\\n' | awk '{ n += $1 } END { print n / NR }'", "1 a\n2 b\n1.5\n"),
    ("echo a:b | awk -F: -v OFS=- '{ $1 = $1 } 1'; awk 'BEGIN { printf \"%s %03d\\n\", \"x\", 7 }'", "a-b\nx 007\n"),
    ("printf 'a\\nb\\na\\n' | awk '!seen[$0]++'; printf 'a b c\\n' | awk '{ print NF, $NF }'; seq 5 | awk 'NR % 2'", "a\nb\n3 c\n1\n3\n5\n"),
    ("awk 'BEGIN { while (i < 3) print i++; do { j++ } while (j < 2); print j; for (;;) { if (k++ > 2) break }; print k }'", "0\n1\n2\n2\n4\n"),
    ("echo 'foo bar' | awk '{ sub(/o+/, \"0\"); print; print gsub(/[a-z]/, \"<&>\"); print; print match(\"xay\", /a/), RSTART }'", "f0 bar\n4\n<f>0 <b><a><r>\n2 2\n"),
    ("awk 'BEGIN { n = split(\"a b c\", x); print n, x[3]; print substr(\"hello\", 2, 2) tolower(\"ABC\"), length(\"xy\"), index(\"abc\", \"c\") }'", "3 c\nelabc 2 3\n"),
    ("awk 'BEGIN { print 1 == 1.0, \"a\" < \"b\", \"10\" < \"9\", 10 < 9, !0, -\"3\" + 1, 2 ^ 3, 7 % 4, 1 / 4, 100000 * 100000 }'", "1 1 1 0 1 -2 8 3 0.25 10000000000\n"),
    ("awk 'function max(a, b) { return a > b ? a : b } BEGIN { print max(3, 8); exit 2 } END { print \"end\" }'; echo $?", "8\nend\n2\n"),
    ("printf 'a\\nb\\nc\\n' > x; printf 'b\\nd\\n' > y; comm -12 x y; comm -23 x y", "b\na\nc\n"),
    ("printf 'ab\\001cdefg\\n' | strings; printf 'a\\tb\\n' | expand -t 4; printf '1\\n\\n2\\n' | nl", "cdefg\na   b\n     1\t1\n       \n     2\t2\n"),
    ("printf 'a b\\nc\\n' | xargs; printf '1 2 3' | xargs -n 2 echo; printf 'a b\\n' | xargs -I @ echo '[@]'; printf 'x\\0y\\0' | xargs -0 echo", "a b c\n1 2\n3\n[a b]\nx y\n"),
    ("expr 2 + 3 '*' 4; expr abcabc : '.*b'; expr substr hello 2 3; expr length abc; expr 3 '>' 2 '&' 1", "14\n5\nell\n3\n1\n"),
    ("seq -w 8 10; seq -s, 3; seq 3 -1 1; seq 0 0.5 1", "08\n09\n10\n1,2,3\n3\n2\n1\n0.0\n0.5\n1.0\n"),
    ("printf hi | base64; printf aGk= | base64 -d; echo; printf hi | md5sum; printf hi | sha256sum | cut -c1-8", "aGk=\nhi\n49f68a5c8493ec2c0bf489821c21fc3b  -\n8f434346\n"),
    ("printf 'AB\\n' | od -c; printf 'AB\\n' | hexdump -C; printf AB | od -An -tx1", "0000000   A   B  \\n\n0000003\n00000000  41 42 0a                                          |AB.|\n00000003\n 41 42\n"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), FILTERS)
def test_a_filter_prints(script: str, expected: str) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(
    ("script", "shell", "error", "code"),
    [
        ("grep", "ash", "Usage: grep", 1),
        ("grep '(' -E /etc/passwd", "ash", "grep: bad regex '(': Unmatched ( or \\(\n", 2),
        ("sed 'k' /etc/passwd", "ash", "sed: unknown command: `k'\n", 1),
        ("sed 's/a' /etc/passwd", "ash", "sed: unterminated `s' command\n", 1),
        ("awk '{' /etc/passwd", "ash", "awk: cmd. line:1: Unexpected", 1),
        ("awk 'BEGIN { print 1 / 0 }'", "ash", "awk: cmd. line:1: Division by zero\n", 1),
        ("cut -f0 /etc/passwd", "ash", "cut: invalid range '0'\n", 1),
        ("fold -w x /etc/passwd", "ash", "fold: invalid number 'x'\n", 1),
        ("sort -k0x /etc/passwd", "ash", "sort: invalid number at field start", 2),
        ("tr a", "ash", "tr: missing operand\n", 1),
        ("head -n x /etc/passwd", "dash", "head: invalid number 'x'\n", 1),
        ("cat -Q", "dash", "cat: invalid option -- 'Q'\nTry 'cat --help' for more information.\n", 1),
        ("cat -Q", "ash", "cat: unrecognized option: Q\n", 1),
    ],
)
def test_a_filter_refuses(script: str, shell: str, error: str, code: int) -> None:
    result = run_script(script, shell)
    assert (result.err.startswith(error), result.code) == (True, code), result.err
