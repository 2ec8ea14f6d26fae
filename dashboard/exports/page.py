"""One HTML file that opens without a server: the Pod's page with its style and its script inside.

The script is the page's own modules. They are kept as data: addresses under names of an import map, as a file cannot
import other files; a policy in the file itself forbids every request.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString

from dashboard.presenters.cluster import ClusterPage
from dashboard.presenters.explain import Explanation
from dashboard.presenters.page import PodPage

MOST_WHYS = 800  # explanations in a file: the newest
MOST_PODS = 20  # in the file of a cluster
_HREF = re.compile(r"css/[a-z]+\.css")
_IMPORT = re.compile(r'(from |import )"\./([a-z]+\.js)"')


@dataclass(frozen=True, slots=True)
class PodFile:
    name: str
    html: str


def page_html(page: PodPage) -> str:
    """`page` has all of its time in its window. Its addresses lead nowhere: the file must not tell the cluster's."""
    state = replace(page.state, slug="offline", lead="", lead_place="", playing=False)
    alone = replace(page, state=state)
    context = {"page": alone, "state": state, "styles": _styles(), "modules": _modules(), "whys": list(_whys(alone))}
    return render_to_string("export.html", context)


def cluster_html(page: ClusterPage, pods: Sequence[PodPage], left_out: int) -> str:
    """A table of the Pods, and each Pod's file in a frame."""
    files = [PodFile(f"{pod.namespace}/{pod.name}", page_html(pod)) for pod in pods]
    context = {"page": page, "state": page.state, "styles": _styles(), "files": files, "left_out": left_out}
    return render_to_string("export_cluster.html", context)


def _whys(page: PodPage) -> Iterator[Explanation]:
    numbers = {item.number for lane in page.timeline.lanes for item in lane.items}
    numbers |= {row.number for row in page.events}
    for number in sorted(numbers)[-MOST_WHYS:]:
        yield replace(page, selected=number).why


def _text(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


@cache
def _styles() -> SafeString:
    """Our own files, as they are: none has an end tag in it."""
    linked = _HREF.findall(get_template("_pod_styles.html").template.source)  # type: ignore[attr-defined]
    names = ["css/tokens.css", "css/base.css", *linked, "css/cluster.css", "css/offline.css"]
    return SafeString("\n".join(map(_text, names)))


@cache
def _modules() -> SafeString:
    """The import map: every module that offline.js needs, by a name that does not depend on where the file is."""
    found: dict[str, str] = {}
    todo = ["offline.js"]
    while todo:
        name = todo.pop()
        if name not in found:
            source = _text(f"js/{name}")
            todo.extend(module for _word, module in _IMPORT.findall(source))
            found[name] = _IMPORT.sub(r'\1"podviz/\2"', source)
    imports = {f"podviz/{name}": f"data:text/javascript;base64,{_base64(text)}" for name, text in found.items()}
    return SafeString(json.dumps({"imports": imports}))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
