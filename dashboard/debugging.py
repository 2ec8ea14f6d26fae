"""Forms about debugging, as the lines that one would type on the node."""

from __future__ import annotations

import shlex

from django.utils.translation import gettext as _

from dashboard.reading import BadRequestError, Form, read_text

IMAGE = "busybox:1.36"
BEGIN = ("kubectl", "debug")
PROFILE = ("--profile=general", "--attach=false")


def debugger_line(form: Form) -> str:
    """An ephemeral container in a running Pod, whose standard input stays open, as with kubectl debug -i."""
    words = [*BEGIN, read_text(form, "pod"), *_namespace(form), f"--image={form.get('image', '').strip() or IMAGE}"]
    if target := form.get("target", "").strip():
        words.append(f"--target={target}")
    words += [*PROFILE, "-i"]
    if command := form.get("command", "").strip():
        words += ["--", "sh", "-c", command]
    return shlex.join(words)


def copy_line(form: Form) -> str:
    """A copy of the Pod with another image, one container more, or processes that see each other."""
    words = [*BEGIN, read_text(form, "pod"), *_namespace(form), f"--copy-to={read_text(form, 'copy')}"]
    image, other = form.get("image", "").strip(), form.get("other", "").strip()
    if not image and not other:
        raise BadRequestError(_("A copy needs one container more, or another image for one that is there."))
    if form.get("share"):
        words.append("--share-processes")
    if other:
        words.append(f"--set-image={form.get('container', '').strip() or '*'}={other}")
    if image:
        words += [f"--image={image}", "-i"]
    return shlex.join([*words, *PROFILE])


def leave_line(form: Form) -> str:
    """`exit`, typed into the shell that is a container's main process."""
    pod, container = read_text(form, "pod"), read_text(form, "container")
    return f"echo exit | {shlex.join(['kubectl', 'attach', '-qi', pod, *_namespace(form), '-c', container])}"


def _namespace(form: Form) -> tuple[str, ...]:
    return ("-n", form["namespace"]) if form.get("namespace") else ()
