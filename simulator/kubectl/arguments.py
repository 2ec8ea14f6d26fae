"""Command lines in kubectl's manner: flags anywhere, `--flag=value`, `-n value`, `-nvalue`, `-it`, and `--`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.kubectl.errors import CommandError

TRUE = {"1", "t", "T", "true", "TRUE", "True"}
# Flags that do not take the next word for their value. `--dry-run` by itself is refused by the verb.
_ALONE = {"dry-run": "unchanged", "cascade": "background", "validate": "strict"}
FALSE = {"0", "f", "F", "false", "FALSE", "False"}


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of a verb. `alone` is its value when written without one; a bool's is `true`."""

    name: str
    short: str = ""
    kind: str = "text"  # text | bool | int | list
    default: str = ""
    alone: str | None = None

    @property
    def takes_value(self) -> bool:
        return self.kind != "bool" and self.alone is None


def flags(spec: str) -> tuple[Flag, ...]:
    """Flags from a compact text: `output,o all-namespaces,A:bool tail:int=-1 filename,f:list wait:bool=true`."""
    found = []
    for word in spec.split():
        head, _, default = word.partition("=")
        names, _, kind = head.partition(":")
        name, _, short = names.partition(",")
        kind = kind or "text"
        found.append(Flag(name, short, kind, default or ("false" if kind == "bool" else ""), _ALONE.get(name)))
    return tuple(found)


# Understood by every verb. Those that only tell a real kubectl where its cluster is are read and not used.
GLOBAL = flags(
    "namespace,n context kubeconfig cluster user server,s token as request-timeout v:int warnings-as-errors:bool "
    "help,h:bool insecure-skip-tls-verify:bool"
)


@dataclass(slots=True)
class Arguments:
    """A verb's command line. `args` are those before `--`, `after` those behind it."""

    args: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    dashed: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    known: Mapping[str, Flag] = field(default_factory=dict)

    def given(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        return self.values[name][-1] if name in self.values else self.known[name].default

    def truth(self, name: str) -> bool:
        return self.text(name) in TRUE

    def number(self, name: str, default: int = 0) -> int:
        return int(self.text(name) or default)

    def texts(self, name: str) -> list[str]:
        """All values of a flag that may come more than once, commas split."""
        return [part for value in self.values.get(name, []) for part in value.split(",")]

    def whole(self, name: str) -> list[str]:
        """All values of a flag, commas kept."""
        return list(self.values.get(name, []))


def parse_arguments(verb: str, words: Sequence[str], own: Sequence[Flag]) -> Arguments:
    """Read what follows `kubectl VERB`. Models github.com/spf13/pflag."""
    reader = _Reader(verb, words, (*GLOBAL, *own))
    return reader.read()


class _Reader:
    def __init__(self, verb: str, words: Sequence[str], known: Sequence[Flag]) -> None:
        self._verb = verb
        self._words = list(words)
        self._long = {flag.name: flag for flag in known}
        # A verb's own short flag hides a global one.
        self._short = {flag.short: flag for flag in known if flag.short}
        self._found = Arguments(known=self._long)

    def read(self) -> Arguments:
        while self._words:
            word = self._words.pop(0)
            if word == "--":
                self._found.after, self._found.dashed = self._words, True
                break
            if word.startswith("--"):
                self._read_long(word[2:])
            elif word.startswith("-") and len(word) > 1:
                self._read_short(word[1:])
            else:
                self._found.args.append(word)
        return self._found

    def _read_long(self, text: str) -> None:
        name, equals, value = text.partition("=")
        flag = self._long.get(name)
        if flag is None:
            raise self._wrong(f"unknown flag: --{name}")
        if equals:
            self._keep(flag, value)
        elif not flag.takes_value:
            self._keep(flag, flag.alone or "true")
        elif self._words:
            self._keep(flag, self._words.pop(0))
        else:
            raise self._wrong(f"flag needs an argument: --{name}")

    def _read_short(self, text: str) -> None:
        cluster = text
        while text:
            letter, text = text[0], text[1:]
            flag = self._short.get(letter)
            if flag is None:
                raise self._wrong(f"unknown shorthand flag: '{letter}' in -{cluster}")
            if text.startswith("="):
                self._keep(flag, text[1:])
                return
            if not flag.takes_value:
                self._keep(flag, flag.alone or "true")
                continue
            if not text and not self._words:
                raise self._wrong(f"flag needs an argument: '{letter}' in -{cluster}")
            self._keep(flag, text or self._words.pop(0))
            return

    def _keep(self, flag: Flag, value: str) -> None:
        shown = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
        if flag.kind == "bool" and value not in TRUE | FALSE:
            reason = f'strconv.ParseBool: parsing "{value}": invalid syntax'
            raise self._wrong(f'invalid argument "{value}" for "{shown}" flag: {reason}')
        if flag.kind == "int" and not value.lstrip("+-").isdecimal():
            reason = f'strconv.ParseInt: parsing "{value}": invalid syntax'
            raise self._wrong(f'invalid argument "{value}" for "{shown}" flag: {reason}')
        self._found.values.setdefault(flag.name, []).append(value)

    def _wrong(self, message: str) -> CommandError:
        return CommandError(f"{message}\nSee 'kubectl {self._verb} --help' for usage.")
