"""What an awk program works on: the record and its fields, variables, arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.containers.utilities import awk_values as values
from simulator.containers.utilities.awk_parser import AwkFault, Parser
from simulator.containers.utilities.awk_values import Input, Value
from simulator.containers.utilities.regex import compile_regex

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_STRING = 1 << 20
MAX_FIELDS = 20_000
DEFAULTS: dict[str, Value] = {
    "FS": " ",
    "OFS": " ",
    "ORS": "\n",
    "RS": "\n",
    "SUBSEP": "\x1c",
    "NR": 0.0,
    "NF": 0.0,
    "FNR": 0.0,
    "RSTART": 0.0,
    "RLENGTH": -1.0,
}


class State:
    def __init__(self, process: Process, text: str) -> None:
        self.process = process
        parser = Parser(text)
        self.items = parser.program()
        self.functions = parser.functions
        self.variables: dict[str, Value] = dict(DEFAULTS)
        self.arrays: dict[str, dict[str, Value]] = {"ENVIRON": {k: Input(v) for k, v in process.env.items()}}
        self.locals: list[dict[str, Any]] = []
        self.record: str = ""
        self.fields: list[Value] = []
        self.output: list[str] = []
        self.files: dict[str, list[str]] = {}
        self.ranges: set[int] = set()
        self.depth = 0
        self.size = 0

    # ---- records ---------------------------------------------------------------
    def split(self, text: str, separator: str) -> list[str]:
        if separator == " ":
            return text.split()
        if not text:
            return []
        if len(separator) == 1 and separator not in "\\|.*+?[^$(":
            return text.split(separator)
        if not separator:
            return list(text)
        pieces: list[str] = []
        regex = compile_regex(
            separator if len(separator) > 1 else "\\" + separator if separator != "|" else "[|]", extended=True
        )
        pos = at = 0
        while (match := regex.search(text, at, self.process.spend)) is not None:
            if match.end == match.start:
                at += 1
                if at > len(text):
                    break
                continue
            pieces.append(text[pos : match.start])
            pos = at = match.end
        return [*pieces, text[pos:]]

    def set_record(self, text: str) -> None:
        self.record = text
        self.fields = [Input(part) for part in self.split(text, values.text(self.variables["FS"]))]
        self.variables["NF"] = float(len(self.fields))

    def field(self, index: int) -> Value:
        if index == 0:
            return Input(self.record)
        return self.fields[index - 1] if 0 < index <= len(self.fields) else Input("")

    def set_field(self, index: int, value: Value) -> None:
        if index == 0:
            self.set_record(values.text(value))
            return
        if index < 0 or index > MAX_FIELDS:
            raise AwkFault("trying to access out of range field")
        self.fields.extend([Input("")] * (index - len(self.fields)))
        self.fields[index - 1] = value
        self.variables["NF"] = float(len(self.fields))
        self.join()

    def join(self) -> None:
        self.record = values.text(self.variables["OFS"]).join(values.text(value) for value in self.fields)

    def set_fields(self, count: int) -> None:
        count = max(0, min(count, MAX_FIELDS))
        self.fields = [*self.fields[:count], *[Input("")] * (count - len(self.fields))]
        self.join()

    # ---- variables -----------------------------------------------------------------
    def array(self, name: str) -> dict[str, Value]:
        for scope in self.locals[-1:]:
            if name in scope:
                if not isinstance(scope[name], dict):
                    scope[name] = {}
                found: dict[str, Value] = scope[name]
                return found
        return self.arrays.setdefault(name, {})

    def get(self, name: str) -> Value:
        if self.locals and name in self.locals[-1]:
            value = self.locals[-1][name]
            return value if isinstance(value, (float, str)) else Input("")
        return self.variables.get(name, Input(""))

    def set(self, name: str, value: Value) -> None:
        if self.locals and name in self.locals[-1]:
            self.locals[-1][name] = value
            return
        self.variables[name] = value
        if name == "NF":
            self.set_fields(values.whole(value))

    def check(self, size: int) -> None:
        if size > MAX_STRING:
            self.process.allocate(1 << 50)
