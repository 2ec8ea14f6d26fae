"""Volumes and their mounts.

Models pkg/kubelet/kubelet_pods.go makeMounts, pkg/volume/projected/projected.go and pkg/kubelet/volumemanager.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.simulator.stories import Story, container, pod

CONFIG: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"a": "one"}}
VOLUMES: list[dict[str, Any]] = [{"name": "v", "configMap": {"name": "cm"}}, {"name": "e", "emptyDir": {}}]
SHOW = "while true; do cat /v/a /w/a; echo; sleep 5; done"


def mounting(script: str, *mounts: dict[str, str]) -> dict[str, Any]:
    return pod(container(script, volumeMounts=list(mounts)), volumes=VOLUMES)


@pytest.mark.parametrize("path", ["/data", "/data/deep/er", "/var/run/x", "/var/run/x/y"])
def test_a_mount_point_may_be_anywhere(path: str) -> None:
    """Models runc's createMountpoint: what is missing on the way is made, links are followed."""
    story = Story(CONFIG, mounting(f"echo hi > {path}/f; cat {path}/f", {"name": "e", "mountPath": path}), seconds=3)
    assert story.simulation.logs("default", "p", "app") == "hi\n"


def test_a_mount_inside_another_is_made_after_it() -> None:
    inner, outer = {"name": "v", "mountPath": "/o/in/side"}, {"name": "e", "mountPath": "/o"}
    story = Story(CONFIG, mounting("cat /o/in/side/a; ls /o", inner, outer), seconds=3)
    assert story.simulation.logs("default", "p", "app") == "onein\n"


@pytest.mark.parametrize(
    ("mount", "message"),
    [
        ({"subPath": "a/b"}, 'failed to prepare subPath for volumeMount "v" of container "app"'),
        ({"subPathExpr": "$(NO)-$(MORE)"}, "missing value for MORE, NO"),
        ({"subPathExpr": "$(UP)/x"}, "unable to provision SubPath `../x`: must not contain '..'"),
        ({"subPathExpr": "$(ABS)"}, "error SubPath `/x` must not be an absolute path"),
    ],
)
def test_a_sub_path_that_cannot_be_is_a_config_error(mount: dict[str, str], message: str) -> None:
    env = [{"name": "UP", "value": ".."}, {"name": "ABS", "value": "/x"}]
    app = container(env=env, volumeMounts=[{"name": "v", "mountPath": "/v/a"} | mount])
    story = Story(CONFIG, pod(app, volumes=VOLUMES), seconds=3)
    assert story.container()["state"]["waiting"] == {"reason": "CreateContainerConfigError", "message": message}
    assert f"Error: {message}" in story.messages("Failed")


@pytest.mark.parametrize(
    ("mount", "source", "flags"),
    [
        ({"name": "e", "mountPath": "/etc/passwd"}, "volumes/kubernetes.io~empty-dir/e", "0x5000"),
        ({"name": "v", "mountPath": "/etc", "subPath": "a"}, "volume-subpaths/v/app/0", "0x5001"),
        ({"name": "v", "mountPath": "/etc/passwd", "subPath": "no"}, "volume-subpaths/v/app/0", "0x5001"),
    ],
)
def test_a_directory_is_not_mounted_over_a_file_nor_a_file_over_a_directory(
    mount: dict[str, str], source: str, flags: str
) -> None:
    """Models runc's mountToRootfs: the container was made, and its process cannot start."""
    story = Story(CONFIG, mounting("sleep 1000", mount), seconds=1.5)
    place, path = f"/var/lib/kubelet/pods/{story.pod['metadata']['uid']}/{source}", mount["mountPath"]
    words = f"{place}:{path} (via /proc/self/fd/6), flags: {flags}: not a directory: unknown"
    assert story.container()["state"]["waiting"]["reason"] == "RunContainerError"
    assert story.messages("Failed")[0].endswith(f'error mounting "{place}" to rootfs at "{path}": mount {words}')


def test_everything_that_a_projected_volume_lacks_is_said_at_once() -> None:
    """Models projected.go collectData."""
    sources = [{"secret": {"name": "s"}}, {"configMap": {"name": "gone"}}]
    app = container(volumeMounts=[{"name": "all", "mountPath": "/all"}])
    story = Story(pod(app, volumes=[{"name": "all", "projected": {"sources": sources}}]), seconds=3)
    assert story.messages("FailedMount") == [
        'MountVolume.SetUp failed for volume "all" : [secret "s" not found, configmap "gone" not found]'
    ]


def updated(seconds: float, command: str) -> Story:
    story = Story(
        CONFIG,
        mounting(SHOW, {"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/w/a", "subPath": "a"}),
        seconds=20,
    )
    story.node(command)
    return story.until(seconds)


def test_a_changed_configmap_comes_with_the_next_sync_but_not_below_a_sub_path() -> None:
    """Models desired_state_of_world_populator.go ReprocessPod: a quiet Pod is synced every 60 to 90 s."""
    story = updated(
        100, "kubectl create configmap cm --from-literal=a=two --dry-run=client -o yaml | kubectl apply -f -"
    )
    log = story.simulation.logs("default", "p", "app").split()
    assert 11 <= log.index("twoone") <= 20
    assert set(log) == {"oneone", "twoone"}


def test_a_configmap_that_went_is_missed_at_the_next_sync() -> None:
    story = updated(120, "kubectl delete configmap cm")
    assert story.messages("FailedMount") == ['MountVolume.SetUp failed for volume "v" : configmap "cm" not found']
    assert story.simulation.logs("default", "p", "app").split()[-1] == "oneone"


def test_labels_reach_the_downward_api_with_the_sync_that_they_bring() -> None:
    """Models pkg/fieldpath/fieldpath.go FormatMap and pkg/volume/downwardapi/downwardapi.go."""
    items = [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]
    app = container("while sleep 1; do cat /v/l; echo; done", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    story = Story(pod(app, volumes=[{"name": "v", "downwardAPI": {"items": items}}]), seconds=5)
    story.node("kubectl label pod p color=red")
    assert 'color="red"' in story.simulation.logs("default", "p", "app")


def test_values_in_the_downward_api_are_quoted() -> None:
    items = [{"path": "a", "fieldRef": {"fieldPath": "metadata.annotations"}}]
    app = container("grep note /v/a", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    whole = pod(app, volumes=[{"name": "v", "downwardAPI": {"items": items}}])
    whole["metadata"]["annotations"] = {"note": 'two\n"lines"'}
    story = Story(whole, seconds=3)
    assert story.simulation.logs("default", "p", "app").splitlines()[-1] == r'note="two\n\"lines\""'


def test_the_kubelets_copy_of_a_pod_says_where_it_is_from() -> None:
    """Models pkg/kubelet/config/config.go merge: the downward API shows two annotations that the API does not."""
    items = [{"path": "a", "fieldRef": {"fieldPath": "metadata.annotations"}}]
    app = container("cat /v/a; echo; sleep 1000", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    whole = pod(app, volumes=[{"name": "v", "downwardAPI": {"items": items}}])
    whole["metadata"]["annotations"] = {"kubernetes.io/config.source": "file"}  # it is none all the same
    story = Story(whole, seconds=3)
    *_, seen, source = story.simulation.logs("default", "p", "app").splitlines()
    assert seen.startswith('kubernetes.io/config.seen="2026-01-01T00:00:00.')
    assert source == 'kubernetes.io/config.source="api"'
    assert story.status["phase"] == "Running"


def test_files_have_the_modes_that_the_manifest_gives_them() -> None:
    """Models pkg/volume/configmap/configmap.go MakePayload."""
    items = [{"key": "a", "path": "own", "mode": 0o750}, {"key": "a", "path": "usual"}]
    source = {"name": "cm", "items": items}
    app = container(
        "stat -Lc %a /v/own /v/usual /w/own",
        volumeMounts=[
            {"name": "v", "mountPath": "/v"},
            {"name": "w", "mountPath": "/w"},
        ],
    )
    volumes = [
        {"name": "v", "configMap": source | {"defaultMode": 0o400}},
        {"name": "w", "projected": {"sources": [{"configMap": source}]}},
    ]
    story = Story(CONFIG, pod(app, volumes=volumes), seconds=3)
    assert story.simulation.logs("default", "p", "app").split() == ["750", "400", "750"]


def test_a_mount_is_tried_again_also_between_syncs() -> None:
    """Models volumemanager/reconciler and goroutinemap/exponentialbackoff: 0.5 s, doubled up to 2 min 2 s."""
    story = Story(pod(container(volumeMounts=[{"name": "v", "mountPath": "/v"}]), volumes=[VOLUMES[0]]), seconds=400)
    tries = [e.at_ms / 1000 for e in story.revisions("events") if e.object["reason"] == "FailedMount"]
    gaps = [round(later - earlier, 1) for earlier, later in pairwise(tries)]
    assert gaps == [0.5, 1, 2, 4, 8, 16, 32, 64, 122, 122]
