"""grep, egrep, fgrep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.messages import complain, is_busybox, name_of_program
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.containers.utilities.regex import Match, Regex, RegexFault, compile_regex
from simulator.containers.utilities.text_input import Input, decode, encode

if TYPE_CHECKING:
    from simulator.containers.process import Process

_LONG = {
    "quiet": "q", "silent": "q", "invert-match": "v", "ignore-case": "i", "count": "c", "line-number": "n",
    "extended-regexp": "E", "fixed-strings": "F", "recursive": "r", "only-matching": "o", "regexp": "e",
    "word-regexp": "w", "line-regexp": "x", "files-with-matches": "l", "files-without-match": "L",
    "no-messages": "s", "max-count": "m", "no-filename": "h", "with-filename": "H", "after-context": "A",
    "before-context": "B", "context": "C", "color": "Z", "colour": "Z", "line-buffered": "Z", "text": "a",
    "perl-regexp": "P",
}  # fmt: skip
MAX_DEPTH = 40
MAX_CONTEXT = 1000


class _Search:
    """What is looked for, and how what is found is shown."""

    def __init__(self, process: Process, options: Options, patterns: list[str], paths: list[str]) -> None:
        self.process = process
        self.options = options
        self.inverted = "v" in options
        ignore_case = "i" in options or "y" in options
        program = name_of_program(process)
        extended = "E" in options or "P" in options or program == "egrep"
        fixed = "F" in options or program == "fgrep"
        self.regexes: list[Regex] = []
        for pattern in patterns:
            if fixed:
                pattern, literal_only = _literal(pattern), True
            else:
                literal_only = False
            self.regexes.append(compile_regex(pattern, extended=extended and not literal_only, ignore_case=ignore_case))
        self.titles = (len(paths) > 1 or "r" in options or "R" in options or "H" in options) and "h" not in options
        self.most = int(options.get("m")[:9]) if options.get("m").isdecimal() else None
        after, before = options.get("A") or options.get("C"), options.get("B") or options.get("C")
        self.after = min(MAX_CONTEXT, int(after)) if after.isdecimal() else 0
        self.before = min(MAX_CONTEXT, int(before)) if before.isdecimal() else 0
        self.found = False

    def match(self, line: str, start: int = 0) -> Match | None:
        best: Match | None = None
        for regex in self.regexes:
            at = start
            while (match := regex.search(line, at, self.process.spend)) is not None:
                if self._whole(line, match):
                    if best is None or match.start < best.start:
                        best = match
                    break
                at = match.start + 1
        return best

    def _whole(self, line: str, match: Match) -> bool:
        if "x" in self.options:
            return match.start == 0 and match.end == len(line)
        if "w" not in self.options:
            return True
        before, after = line[match.start - 1 : match.start] if match.start else "", line[match.end : match.end + 1]
        return not any(char.isalnum() or char == "_" for char in (before, after) if char)

    def file(self, source: Input, title: str) -> Routine[None]:
        """Searches one file."""
        options = self.options
        shown = _Shown(self, title)
        count = number = 0
        while raw := (yield from source.line()):
            number += 1
            line = decode(raw).removesuffix("\n")
            match = self.match(line)
            if (match is not None) == self.inverted:
                yield from shown.other(number, line)
                continue
            count += 1
            self.found = True
            if "q" in options:
                return
            if not any(letter in options for letter in "clL"):
                yield from shown.hit(number, line, match)
            if (self.most is not None and count >= self.most) or "l" in options:
                break
        if "c" in options:
            yield from self.process.out(f"{title}:{count}\n" if self.titles else f"{count}\n")
        elif ("l" in options and count) or ("L" in options and not count):
            yield from self.process.out(title + "\n")

    def _line(self, title: str, number: int, line: str, mark: str) -> str:
        head = f"{title}{mark}" if self.titles else ""
        return head + (f"{number}{mark}" if "n" in self.options else "") + line + "\n"

    def _hit(self, title: str, number: int, line: str, match: Match | None) -> str:
        if "o" not in self.options:
            return self._line(title, number, line, ":")
        if self.inverted:
            return ""
        pieces: list[str] = []
        while match is not None:
            if match.end > match.start:
                pieces.append(self._line(title, number, line[match.start : match.end], ":"))
            match = self.match(line, max(match.end, match.start + 1)) if match.start < len(line) else None
        return "".join(pieces)


class _Shown:
    """The lines of one file that are shown: hits, and what stands around them."""

    def __init__(self, search: _Search, title: str) -> None:
        self.search = search
        self.title = title
        self.held: list[tuple[int, str]] = []  # for -B
        self.wanted = 0  # for -A
        self.last = 0  # the last line that was shown

    def other(self, number: int, line: str) -> Routine[None]:
        if self.wanted > 0:
            self.wanted -= 1
            self.last = number
            yield from self.search.process.out(encode(self.search._line(self.title, number, line, "-")))
        elif self.search.before:
            self.held = [*self.held, (number, line)][-self.search.before :]

    def hit(self, number: int, line: str, match: Match | None) -> Routine[None]:
        search = self.search
        if (search.before or search.after) and self.last and self.last < number - len(self.held) - 1:
            yield from search.process.out("--\n")
        for before, text in self.held:
            yield from search.process.out(encode(search._line(self.title, before, text, "-")))
        self.held = []
        self.last = number
        self.wanted = search.after
        yield from search.process.out(encode(search._hit(self.title, number, line, match)))


def _literal(text: str) -> str:
    return "".join("\\" + char if char in "\\.[]*^$" else char for char in text)


def grep(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], "qvicnEFrRoe:f:wxlLsm:hHA:B:C:yaPzZI", _LONG)
        patterns, paths = _patterns(process, options)
    except UsageFault as fault:
        return (yield from complain(process, f"unrecognized option: {fault.option.lstrip('-')}", 2))
    except OSFault as fault:
        return (yield from complain(process, f"{fault.path}: {fault.message}", 2))
    if patterns is None:
        usage = "Usage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n"
        yield from process.err(usage if is_busybox(process) else "Usage: grep [OPTION]... PATTERNS [FILE]...\n")
        return 2 if not is_busybox(process) else 1
    recursive = "r" in options or "R" in options
    try:
        search = _Search(process, options, patterns, paths)
    except RegexFault as fault:
        text = f"bad regex '{patterns[0]}': {fault}" if is_busybox(process) else str(fault)
        return (yield from complain(process, text, 2))
    status = 0
    for path in paths or (["."] if recursive else ["-"]):
        status = (yield from _search_path(search, path, recursive, 0)) or status
        if search.found and "q" in options:
            return 0
    return status or (0 if search.found else 1)


def _patterns(process: Process, options: Options) -> tuple[list[str] | None, list[str]]:
    paths = list(options.operands)
    texts = options.all("e")
    for name in options.all("f"):
        texts.append(decode(process.files.read(name)).removesuffix("\n"))
    if not texts and "f" not in options:
        if not paths:
            return None, []
        texts.append(paths.pop(0))
    return [line for text in texts for line in text.split("\n")], paths


def _is_left_out(search: _Search, path: str, depth: int) -> bool:
    """With -r no link leads into a directory; to files it does only for busybox."""
    files = search.process.files
    if not depth or "R" in search.options or files.stat(path, follow=False).kind != "link":
        return False
    return files.is_dir(path) or not is_busybox(search.process)


def _search_path(search: _Search, path: str, recursive: bool, depth: int) -> Routine[int]:
    process = search.process
    try:
        if _is_left_out(search, path, depth):
            return 0
        if path != "-" and process.files.is_dir(path):
            if not recursive or depth > MAX_DEPTH:
                if is_busybox(process):
                    return 0
                return (yield from complain(process, f"{path}: Is a directory", 2 if not search.found else 0))
            status = 0
            for name in process.files.listdir(path):
                inner = f"{path.rstrip('/')}/{name}" if path != "." else f"./{name}"
                status = (yield from _search_path(search, inner, True, depth + 1)) or status
            return status
        source = Input(process, path)
    except OSFault as fault:
        return 2 if "s" in search.options else (yield from complain(process, f"{path}: {fault.message}", 2))
    yield from search.file(source, "(standard input)" if path == "-" else path)
    source.close()
    return 0
