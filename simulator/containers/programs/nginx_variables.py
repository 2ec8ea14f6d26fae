"""nginx' variables, and the conditions that its configuration makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.containers.http import Request

VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def host_of(request: Request) -> str:
    """The name that the client asked for, without the port."""
    return request.header("host").partition(":")[0].lower()


def variable(name: str, request: Request, server: str) -> str:
    """What a variable stands for; nothing if nobody knows it. `server` is the first name of the server."""
    if name.startswith("http_"):
        return request.header(name.removeprefix("http_").replace("_", "-"))
    if name.startswith("arg_"):
        pairs = (pair.partition("=") for pair in request.query.split("&"))
        return next((value for key, _equals, value in pairs if key == name.removeprefix("arg_")), "")
    known = {
        "host": host_of(request) or server,
        "server_name": server,
        "request_uri": request.path,
        "uri": request.plain_path,
        "document_uri": request.plain_path,
        "args": request.query,
        "query_string": request.query,
        "request_method": request.method,
        "remote_addr": request.remote,
        "scheme": "http",
    }
    return known.get(name, "")


def expanded(text: str, request: Request, server: str) -> str:
    return VARIABLE.sub(lambda found: variable(found[1] or found[2], request, server), text)


@dataclass(frozen=True, slots=True)
class Condition:
    """Of an `if`: a variable alone, or compared with a text (=, !=) or an expression (~, ~*, !~, !~*)."""

    left: str
    operator: str = ""
    right: str = ""

    @classmethod
    def read(cls, words: list[str]) -> Condition:
        """From what stands between `if` and its block, the parentheses included."""
        whole = [word for word in (words[0].removeprefix("("), *words[1:]) if word]
        if whole:
            whole[-1] = whole[-1].removesuffix(")")
        left, operator, right = (*whole, "", "", "")[:3]
        return cls(left, operator if right or operator in ("=", "!=") else "", right)

    def holds(self, request: Request, server: str) -> bool:
        left = expanded(self.left, request, server)
        if not self.operator:
            return left not in ("", "0")
        negated = self.operator.startswith("!")
        if "~" not in self.operator:
            return (left == expanded(self.right, request, server)) != negated
        flags = re.IGNORECASE if "*" in self.operator else 0
        return (re.search(self.right, left, flags) is not None) != negated
