"""Shell variables: values, what is exported or read-only, and the locals of functions."""

from __future__ import annotations

from simulator.containers.shell.control import ShellFault

MAX_ITEMS = 10_000


class Variables:
    """`env` is the process' own environment and mirrors what is exported."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.values: dict[str, str] = {}
        self.exported: set[str] = set()
        self.readonly: set[str] = set()
        self.arrays: dict[str, dict[int, str]] = {}
        self.locals: list[dict[str, tuple[str | None, bool]]] = []
        self.all_exported = False  # set -a
        for name, value in env.items():
            if name.isidentifier() and name.isascii():
                self.values[name] = value
                self.exported.add(name)

    def copy(self, env: dict[str, str]) -> Variables:
        """For a subshell."""
        other = Variables.__new__(Variables)
        other.env = env
        other.values = dict(self.values)
        other.exported = set(self.exported)
        other.readonly = set(self.readonly)
        other.arrays = {name: dict(items) for name, items in self.arrays.items()}
        other.locals = [dict(scope) for scope in self.locals]
        other.all_exported = self.all_exported
        return other

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def set(self, name: str, value: str) -> None:
        if name in self.readonly:
            raise ShellFault(f"{name}: is read only", fatal=True)
        self.values[name] = value
        if name in self.exported:
            self.env[name] = value
        elif self.all_exported:
            self.export(name)

    def unset(self, name: str) -> None:
        if name in self.readonly:
            raise ShellFault(f"{name}: is read only", fatal=True)
        self.values.pop(name, None)
        self.arrays.pop(name, None)
        self.exported.discard(name)
        self.env.pop(name, None)

    def export(self, name: str) -> None:
        self.exported.add(name)
        if name in self.values:
            self.env[name] = self.values[name]

    def unexport(self, name: str) -> None:
        self.exported.discard(name)
        self.env.pop(name, None)

    # ---- arrays --------------------------------------------------------------
    def items(self, name: str) -> dict[int, str]:
        """An array's items; a plain variable is an array of one."""
        if name in self.arrays:
            return self.arrays[name]
        return {0: self.values[name]} if name in self.values else {}

    def set_items(self, name: str, items: list[str], append: bool) -> None:
        before = self.items(name) if append else {}
        start = max(before, default=-1) + 1
        if start + len(items) > MAX_ITEMS:
            raise ShellFault(f"{name}: too many items")
        self.arrays[name] = {**before, **{start + i: item for i, item in enumerate(items)}}
        self._mirror(name)

    def set_item(self, name: str, index: int, value: str) -> None:
        items = dict(self.items(name))
        if index < 0:
            index += max(items, default=-1) + 1
        if len(items) > MAX_ITEMS or index < 0:
            raise ShellFault(f"{name}[{index}]: bad array subscript")
        self.arrays.setdefault(name, items)[index] = value
        self._mirror(name)

    def _mirror(self, name: str) -> None:
        """`$name` of an array is its item 0."""
        self.values.pop(name, None)
        if 0 in self.arrays[name]:
            self.values[name] = self.arrays[name][0]

    # ---- locals --------------------------------------------------------------
    def enter(self) -> None:
        self.locals.append({})

    def leave(self) -> None:
        for name, (value, exported) in self.locals.pop().items():
            self.arrays.pop(name, None)
            if value is None:
                self.values.pop(name, None)
                self.unexport(name)
            else:
                self.values[name] = value
                if exported:
                    self.export(name)
                else:
                    self.unexport(name)

    def make_local(self, name: str) -> None:
        scope = self.locals[-1]
        if name not in scope:
            scope[name] = (self.values.get(name), name in self.exported)
