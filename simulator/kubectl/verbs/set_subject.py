"""`kubectl set subject`: more people for a binding. Models kubectl pkg/cmd/set/set_subject.go."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create_access import subjects
from simulator.kubectl.verbs.set_ import change_each

FLAGS = "user:list group:list serviceaccount:list all:bool"


def run(call: Call) -> Routine[int]:
    """`set subject rolebinding readers --user=eve`; those that are there already stay as they are."""
    new = sorted(subjects(call), key=lambda each: (-"SGU".index(each["kind"][0]), each["name"]))
    if not new:
        raise CommandError("you must specify at least one value of user, group or serviceaccount")

    def change(target: Target) -> Json:
        if target.resource.kind not in ("RoleBinding", "ClusterRoleBinding"):
            why = "setting subjects is only supported for RoleBinding/ClusterRoleBinding"
            raise CommandError(f"error: {target.resource.plural}/{target.name} {why}\n")
        before = target.object.get("subjects") or []
        return {**target.object, "subjects": [*before, *(each for each in new if each not in before)]}

    return (yield from change_each(call, call.arguments.args, change, "subjects"))
