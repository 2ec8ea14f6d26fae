"""`kubectl edit`: an object as a file, changed by the editor that KUBE_EDITOR names.

Models kubectl pkg/cmd/util/editor/{editor,editoptions}.go.
"""

from __future__ import annotations

from simulator.containers.syscalls import OSFault, Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target, is_missing
from simulator.kubectl.errors import CommandError, PrintedError, raise_all
from simulator.kubectl.output import as_list, as_yaml
from simulator.kubectl.targets import Wish, find_targets
from simulator.objects.errors import ApiError
from simulator.objects.resources import resource_of_object

FLAGS = (
    "output,o template allow-missing-template-keys:bool=true save-config:bool output-patch:bool "
    "show-managed-fields:bool validate windows-line-endings:bool"
)
HEADER = """# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""


def run(call: Call) -> Routine[int]:
    """`KUBE_EDITOR='sed -i s/1.25/1.26/' kubectl edit deployment web`."""
    found = yield from find_targets(call, call.arguments.args, Wish(whole_kind=True))
    raise_all(found.errors)
    if not found.targets:
        raise CommandError("edit cancelled, no objects found")
    single = len(found.targets) == 1
    before = as_yaml(found.targets[0].object if single else as_list([target.object for target in found.targets]))
    editor = _editor(call)
    path = f"/tmp/kubectl-edit-{call.process.pid}.yaml"
    call.process.files.write(path, HEADER + before)
    yield from _open(call, editor, path)
    text = call.read_file(path).decode("utf-8", "replace")
    bare = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    if bare == before or not bare.strip():
        why = "no changes made." if bare.strip() else "saved file was empty."
        yield from call.err(f"Edit cancelled, {why}\n")
    else:
        yield from _save(call, bare, path, {_key(target.object): target for target in found.targets})
    call.process.files.remove(path)
    return 0


def _editor(call: Call) -> str:
    env = call.process.env
    editor = env.get("KUBE_EDITOR") or env.get("EDITOR") or "vi"
    try:
        call.process.find(editor.split()[0])
    except OSFault:
        raise CommandError(
            f'unable to launch the editor "{editor}"\npodviz has no screen editor: set KUBE_EDITOR to a command that '
            "changes a file, such as KUBE_EDITOR='sed -i s/old/new/'"
        ) from None
    return editor


def _open(call: Call, editor: str, path: str) -> Routine[None]:
    process = call.process
    child = process.fork(process.find("sh"), argv=["sh", "-c", f"{editor} {path}"])
    if (yield from process.wait(child.pid)).status:
        raise CommandError(f'there was a problem with the editor "{editor}"')


def _key(obj: Json) -> tuple[str, str, str]:
    return str(obj.get("apiVersion")), str(obj.get("kind")), str((obj.get("metadata") or {}).get("name"))


def _save(call: Call, text: str, path: str, known: dict[tuple[str, str, str], Target]) -> Routine[None]:
    failed = f'A copy of your changes has been stored to "{path}"\n'
    for document in call.api.parse(text, path):
        if document.error:
            yield from call.err(failed)
            raise PrintedError(document.error.rstrip("\n"))
        target = known.get(_key(document.object))
        if target is None:
            yield from call.err(failed)
            raise CommandError("At least one of apiVersion, kind and name was changed")
        meta = {key: value for key, value in document.object["metadata"].items() if key != "resourceVersion"}
        try:
            kept = call.api.replace({**document.object, "metadata": meta})
        except ApiError as error:
            raise (yield from _refused(call, target, error, path)) from None
        yield from call.report(target, "edited", kept)


def _refused(call: Call, target: Target, error: ApiError, path: str) -> Routine[CommandError]:
    """What is invalid would be opened again, with the reasons; an editor that is a command says the same again."""
    name = f'{resource_of_object(target.object).plural_group} "{target.name}"'
    stored = f'A copy of your changes has been stored to "{path}"\n'
    if error.reason == "Invalid":
        yield from call.err(f"error: {name} is invalid\n{stored}")
        return CommandError("Edit cancelled, no valid changes were saved.")
    if is_missing(error):
        yield from call.err(f'The edits you made on deleted resources have been saved to "{path}"\n')
        return CommandError(f"{name} could not be found on the server")
    yield from call.err(f"{stored}You can run `kubectl replace -f {path}` to try this update again.\n")
    return CommandError(f"{name} could not be patched: {error.message}")
