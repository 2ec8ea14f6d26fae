"""Why a workload does not get where it wants to, for each kind of it; and the calm while all is well."""

from __future__ import annotations

import pytest

from dashboard.presenters.workloads import Head
from tests.dashboard.presenters.test_cluster import DEPLOYMENT, World

READY = "image: nginx, readinessProbe: {httpGet: {port: 81}, periodSeconds: 1}"
PLAIN = "image: nginx"
EXITS = "image: busybox, command: [sh, -c, 'exit 3']"


def apps(kind: str, container: str, spec: str = "") -> str:
    return f"""\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: it}}
spec:
  selector: {{matchLabels: {{app: it}}}}
  {spec}
  template:
    metadata: {{labels: {{app: it}}}}
    spec:
      containers: [{{name: c, {container}}}]
"""


def job(command: str, spec: str = "") -> str:
    return f"""\
apiVersion: batch/v1
kind: Job
metadata: {{name: it}}
spec:
  {spec}
  template:
    spec:
      restartPolicy: Never
      containers: [{{name: c, image: busybox, command: [sh, -c, "{command}"]}}]
"""


def said(world: World, seconds: int, kind: str) -> str:
    rows = world.at(seconds).rows
    return next(str(row.reason) for row in rows if isinstance(row, Head) and row.kind == kind and row.level == 0)


@pytest.mark.parametrize(
    ("kind", "spec"), [("Deployment", "replicas: 2"), ("StatefulSet", "replicas: 2"), ("DaemonSet", "")]
)
def test_nothing_is_said_of_what_starts_or_is_well(kind: str, spec: str) -> None:
    world = World(apps(kind, PLAIN, spec))
    assert [said(world, second, kind) for second in (1, 3, 60)] == ["", "", ""]


def test_a_rollout_whose_new_pods_are_not_ready_waits() -> None:
    world = World(DEPLOYMENT)
    world.at(5)
    world.node("""kubectl patch deployment web --type json -p '[{"op": "replace",
        "path": "/spec/template/spec/containers/0/readinessProbe/httpGet/port", "value": 81}]'""")
    assert said(world, 8, "Deployment") == ""
    waits = "Rollout waits: the new Pods are not ready, and no more old ones may go"
    assert said(world, 40, "Deployment") == waits


def test_a_deployment_says_its_cause_and_that_its_deadline_is_over() -> None:
    world = World(apps("Deployment", READY, "progressDeadlineSeconds: 20"))
    assert said(world, 15, "Deployment").endswith(" runs, but is not ready")
    assert said(world, 40, "Deployment").endswith(" runs, but is not ready. The rollout is over its deadline")


def test_a_rollout_that_a_person_paused_is_not_stuck() -> None:
    world = World(apps("Deployment", PLAIN))
    world.node("kubectl rollout pause deployment/it")
    assert said(world, 20, "Deployment") == "The rollout is paused"


def test_a_stateful_set_says_who_waits_for_whom() -> None:
    world = World(apps("StatefulSet", "image: none", "replicas: 2"), missing=["none"])
    assert said(world, 30, "StatefulSet") == "it-0 cannot pull its image; it-1 waits for it"


def test_the_last_of_a_stateful_set_has_nobody_waiting() -> None:
    world = World(apps("StatefulSet", READY, "replicas: 1"))
    assert said(world, 30, "StatefulSet") == "it-0 runs, but is not ready"


def test_pods_that_need_not_wait_for_each_other_are_not_said_to() -> None:
    world = World(apps("StatefulSet", READY, "podManagementPolicy: Parallel\n  replicas: 2"))
    assert said(world, 30, "StatefulSet") == "it-0 runs, but is not ready"


@pytest.mark.parametrize("seconds", [5, 12, 70])
def test_what_ends_again_and_again_is_said_whatever_the_status_is_just_then(seconds: int) -> None:
    world = World(apps("DaemonSet", EXITS))
    assert said(world, seconds, "DaemonSet").endswith(" ends again and again")


def test_a_daemon_set_that_fits_on_no_node() -> None:
    world = World(apps("DaemonSet", "image: nginx, resources: {requests: {cpu: 64}}"))
    assert said(world, 5, "DaemonSet").endswith(" fits on no node")


def test_a_pod_whose_volume_is_missing_has_not_started() -> None:
    container = f"{PLAIN}, volumeMounts: [{{name: v, mountPath: /v}}]"
    manifest = apps("Deployment", container) + "      volumes: [{name: v, configMap: {name: none}}]\n"
    assert said(World(manifest), 30, "Deployment").endswith(" has not started yet: its events say why")


def test_a_job_between_two_tries_says_so_and_a_failed_one_why() -> None:
    world = World(job("exit 1", "backoffLimit: 1"))
    assert said(world, 5, "Job") == "Failed 1 time so far: the next Pod comes after a pause, which doubles"
    assert said(world, 60, "Job") == "Job has reached the specified backoff limit"


def test_a_job_that_got_there_at_last_is_not_blamed_for_its_failures() -> None:
    once = "test -e /host/done && exit 0; touch /host/done; exit 1"
    manifest = job(once).replace('exit 1"]', 'exit 1"], volumeMounts: [{name: h, mountPath: /host}]')
    manifest += "      volumes: [{name: h, hostPath: {path: /tmp/h, type: DirectoryOrCreate}}]\n"
    assert said(World(manifest), 60, "Job") == ""


def test_a_suspended_job_says_so() -> None:
    assert said(World(job("exit 0", "suspend: true")), 5, "Job") == "Suspended: no Pod is started"


def test_a_cron_job_tells_of_its_newest_job() -> None:
    inner = job("exit 1", "backoffLimit: 0").partition("spec:\n")[2].replace("\n", "\n    ")
    manifest = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: it}\nspec:\n  schedule: '* * * * *'\n"
    world = World(f"{manifest}  jobTemplate:\n    spec:\n    {inner.rstrip()}\n")
    assert said(world, 100, "CronJob") == "Job has reached the specified backoff limit"


def test_pods_that_a_quota_refuses_are_told_in_its_words() -> None:
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: '1'}}\n---\n"
    world = World(quota + apps("Deployment", PLAIN, "replicas: 2"))
    assert "exceeded quota: q" in said(world, 10, "Deployment")
