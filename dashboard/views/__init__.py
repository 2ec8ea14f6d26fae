"""The pages: parse, call, render.

Templates that these views render, and what each is given besides `request`:

- `home.html`: `form` (forms.HomeForm: text, token, problems, documents, notice, good), `cards` (course.Card: lesson,
  picture), `count` (of all lessons), `recent` (list of recent.Recent)
- `lessons.html`: `words`, `chapters` (course.Chapter: id, title, cards), `count`; `lesson.html`: `lesson`
  (lessons.Lesson: slug, title, topic, summary, learns and try_ (tuples), scenario, manifest, duration), `form`, `token`
- `clusters.html`: `recent`
- `_problems.html`: `form` (for what is typed, without creating anything)
- `cluster.html`: `state` (state.ClusterState) and `page` (presenters.cluster.ClusterPage)
- `add.html`: `cluster`, `form`, `said` (what the API server refused), `largest`
- `present_cluster.html`: as `cluster.html`; `present.html`: as `pod.html`, with presenters.stage's page
- `pod.html`, `_why.html`: `state` and `page` (presenters.page.PodPage)
- `what_if.html`: `cluster`, `namespace`, `name`, `form`, `asked` (presenters.asking.Asked)
- `pick.html`: `sides` (presenters.picking.Side), `problem`, `given`
- `compare.html`: `a`, `b` (models.Cluster), and either `progress` (comparing.Progress) or `c` (presenters.compare)
- `limit.html`: `message` (a form that was refused: 409, 422, 429), `404.html`, `500.html`

The socket sends `_live_pod.html` (given the same as `pod.html`, and `since`: number of the newest entry that the
client has, 0 when it needs everything) or `_live_cluster.html`, rendered once per Pod and language:
`/ws/clusters/<slug>/pods/<ns>/<name>/?language=<code>` and `/ws/clusters/<slug>/?language=<code>`.

The Pod's address takes `at` (ms on the cluster's clock: the page is as of then), `selected` (entry), `from` and `span`
(window, ms since the Pod was made), `tab`, `wide` (draw more than the window, for a pan). HTMX gets a part alone if its
target is one of `pod_page.PARTS`: `moments` is all that differs from moment to moment.
`_live_*.html` are rendered without a request, so there is no CSRF token in them: buttons in there use `hx-post`, with
the token in `hx-headers` of the page's body.

Forms post to `{% url 'play' slug %}`, `pause`, `speed` (field `speed`: 1, 10, 60, 600, 0 = as fast as it can),
`step`, and `{% url 'act' slug verb %}`: `delete` (kind, name, namespace, grace_seconds, force), `exec` (pod, namespace,
container, command), `node` (command), `kill` (pod, namespace, container, signal), `apply` (manifest). A field `next`
names the page to return to; HTMX gets 204 and the socket brings the change.
"""

from dashboard.views.add_page import add
from dashboard.views.cluster_page import act, cluster, pause, play, present_cluster, speed, step
from dashboard.views.compare_page import ask_what_if, compare
from dashboard.views.home_page import check, clusters, home, lesson, lesson_list, patterns
from dashboard.views.pick_page import pick
from dashboard.views.pod_page import pod, present, why
from dashboard.views.share_page import presenter, share, short
from dashboard.views.take_page import history, take

__all__ = [
    "act",
    "add",
    "ask_what_if",
    "check",
    "cluster",
    "clusters",
    "compare",
    "history",
    "home",
    "lesson",
    "lesson_list",
    "patterns",
    "pause",
    "pick",
    "play",
    "pod",
    "present",
    "present_cluster",
    "presenter",
    "share",
    "short",
    "speed",
    "step",
    "take",
    "why",
]
