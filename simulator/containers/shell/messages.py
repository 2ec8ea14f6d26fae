"""Error texts: the same fault in the words of busybox ash, dash and bash."""

from __future__ import annotations

import re

from simulator.containers.shell.arithmetic import ArithmeticFault

_UNEXPECTED = re.compile(r'unexpected (?:"(.*)"|(.*?))(?: \(expecting "(.*)"\))?$', re.DOTALL)
_ARITHMETIC = {
    "ash": {"syntax": "arithmetic syntax error", "zero": "divide by zero", "exponent": "exponent less than 0"},
    "dash": {
        "syntax": 'arithmetic expression: expecting primary: "{0}"',
        "zero": 'arithmetic expression: division by zero: "{0}"',
        "trailing": 'arithmetic expression: expecting EOF: "{0}"',
        "octal": 'arithmetic expression: expecting EOF: "{0}"',
        "number": "Illegal number: {0}",
    },
    "bash": {
        "syntax": '{0}: syntax error: operand expected (error token is "{1}")',
        "zero": '{0}: division by 0 (error token is "{1}")',
        "octal": '{0}: value too great for base (error token is "{1}")',
        "exponent": '{0}: exponent less than 0 (error token is "{1}")',
        "recursion": '{0}: expression recursion level exceeded (error token is "{1}")',
    },
}


class Messages:
    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def prefix(self, name: str, line: int, from_file: bool) -> str:
        if self.dialect == "bash":
            return f"{name}: line {line or 1}: "
        if self.dialect == "dash":
            return f"{name}: {line or 1}: "
        return f"{name}: line {line}: " if from_file else f"{name}: "

    def builtin(self, name: str, line: int, from_file: bool, command: str) -> str:
        """What stands before an error of a builtin."""
        if self.dialect == "bash":
            return f"{name}: line {line or 1}: {command}: "
        if self.dialect == "dash":
            return f"{name}: {line or 1}: {command}: "
        return f"{name}: {command}: line {line if from_file else 0}: "

    def not_found(self, name: str) -> str:
        if self.dialect == "bash":
            return f"{name}: No such file or directory" if "/" in name else f"{name}: command not found"
        return f"{name}: not found"

    def cannot_run(self, name: str, errno: str, message: str) -> str:
        if self.dialect == "bash" and errno == "EISDIR":
            return f"{name}: Is a directory"
        return f"{name}: {'Permission denied' if errno in ('EACCES', 'EISDIR') else message}"

    def cannot_open(self, path: str, errno: str, message: str, creating: bool) -> str:
        if self.dialect == "bash":
            return f"{path}: {message}"
        if self.dialect == "dash":
            if creating:
                return f"cannot create {path}: {'Directory nonexistent' if errno == 'ENOENT' else message}"
            return f"cannot open {path}: {'No such file' if errno == 'ENOENT' else message}"
        if creating:
            return f"can't create {path}: {'nonexistent directory' if errno == 'ENOENT' else message}"
        return f"can't open {path}: {'no such file' if errno == 'ENOENT' else message}"

    def redirect_status(self) -> int:
        return 2 if self.dialect == "dash" else 1

    def read_only(self, name: str) -> str:
        return f"{name}: readonly variable" if self.dialect == "bash" else f"{name}: is read only"

    def unset(self, name: str) -> str:
        return f"{name}: unbound variable" if self.dialect == "bash" else f"{name}: parameter not set"

    def bad_substitution(self) -> str:
        return (
            "Bad substitution"
            if self.dialect == "dash"
            else f"{'syntax error: ' * (self.dialect == 'ash')}bad substitution"
        )

    def fatal_status(self) -> int:
        """Of a shell that an expansion error ends."""
        return 127 if self.dialect == "bash" else 2

    def arithmetic(self, fault: ArithmeticFault) -> str:
        texts = _ARITHMETIC[self.dialect]
        text = fault.detail
        token = text
        if self.dialect == "bash":
            text = text.lstrip()
            token = (
                re.split(r"[-+*/%&|^<>=!~]", text)[-1].lstrip() or text[len(text.rstrip(" -+*/%&|^<>=!~")) :].lstrip()
            )
        return texts.get(fault.kind, texts["syntax"]).format(text, token)

    def syntax(self, message: str, name: str, line: int, from_file: bool, minus_c: bool, source: str) -> str:
        """A whole line about a text that is not a program."""
        match = _UNEXPECTED.match(message)
        if self.dialect == "bash":
            text = _bash_syntax(message, match)
            if text.endswith("end of file"):
                line += 1
            place = f"{name}: -c: line {line}: " if minus_c else f"{name}: line {line}: "
            return f"{place}{text}\n{place}`{source}'" if source and "near" in text else place + text
        if self.dialect == "dash":
            if match:
                quoted, bare, expecting = match.groups()
                what = f'"{quoted}"' if quoted is not None else bare
                hint = f' (expecting "{expecting}")' if expecting else ""
                message = f"{what} unexpected{hint}"
            else:
                message = message[0].upper() + message[1:]
            return f"{name}: {line}: Syntax error: {message}"
        place = f"{name}: line {line}: " if from_file else f"{name}: "
        return f"{place}syntax error: {message}"


def _bash_syntax(message: str, match: re.Match[str] | None) -> str:
    if match is None:
        return "unexpected EOF while looking for matching `\"'" if "quoted" in message else f"syntax error: {message}"
    quoted, bare, _ = match.groups()
    if quoted is not None:
        return f"syntax error near unexpected token `{quoted}'"
    if bare == "newline":
        return "syntax error near unexpected token `newline'"
    return "syntax error: unexpected end of file"
