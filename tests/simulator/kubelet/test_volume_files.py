"""What a container sees of its volumes: links, modes, owners, room.

Models test/e2e/common/storage/{configmap_volume,secrets_volume,projected_combined,empty_dir}.go,
pkg/volume/util/atomic_writer_test.go, pkg/volume/projected/projected_test.go and pkg/volume/emptydir/empty_dir_test.go.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.simulator.stories import Json, Story, container, pod

CONFIG: Json = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"a": "one", "b": "x"}}
HERE: Json = {"name": "v", "mountPath": "/v"}
ITEMS = [{"key": "a", "path": "deep/er/a"}]
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


def told(script: str, volume: Json, mount: Json | None = None, app: Json | None = None, **spec: Any) -> list[str]:
    made = container(script, volumeMounts=[HERE | (mount or {})]) | (app or {})
    story = Story(CONFIG, pod(made, volumes=[{"name": "v"} | volume], **spec), seconds=3)
    return story.simulation.logs("default", "p", "app").splitlines()


def test_files_are_links_into_a_directory_named_after_the_time() -> None:
    """atomic_writer_test.go TestMultipleUpdates: what one sees is a link into ..data, and that is a link too."""
    lines = told("ls -A /v; readlink /v/a /v/..data; stat -Lc '%F %a' /v/a /v/..data", {"configMap": {"name": "cm"}})
    stamp, rest = lines[0], lines[1:]
    assert re.fullmatch(r"\.\.2026_01_01_00_00_00\.\d+", stamp)
    assert rest == ["..data", "a", "b", "..data/a", stamp, "regular file 644", "directory 755"]


def test_a_deep_path_is_one_link() -> None:
    """atomic_writer.go createUserVisibleFiles."""
    lines = told("readlink /v/deep; cat /v/deep/er/a; ls /v", {"configMap": {"name": "cm", "items": ITEMS}})
    assert lines == ["..data/deep", "onedeep"]


def test_a_change_comes_all_at_once_and_what_went_is_gone() -> None:
    """atomic_writer_test.go TestUpdate; e2e "updates should be reflected in volume"."""
    app = container("sleep 1000", volumeMounts=[HERE])
    story = Story(CONFIG, pod(app, volumes=[{"name": "v", "configMap": {"name": "cm"}}]), seconds=5)
    before = story.node("kubectl exec p -- readlink /v/..data")
    story.node('kubectl patch configmap cm --type=merge -p \'{"data": {"a": "two", "b": null, "c": "new"}}\'')
    story.until(110)
    after, *rest = story.node("kubectl exec p -- sh -c 'readlink /v/..data; ls -A /v; cat /v/a /v/c'").splitlines()
    assert after not in ("", before.strip())
    assert rest == [after, "..data", "a", "c", "twonew"]


@pytest.mark.parametrize(
    ("context", "line"),
    [
        ({}, "644 0:0"),
        ({"runAsUser": 1000}, "600 1000:0"),
        ({"fsGroup": 123}, "640 0:123"),
        ({"runAsUser": 1000, "fsGroup": 123}, "640 1000:123"),
    ],
)
def test_the_token_is_for_its_user_alone(context: Json, line: str) -> None:
    """projected_test.go TestCollectDataWithServiceAccountToken."""
    lines = told(
        f"stat -Lc '%a %u:%g' {TOKEN}/token; head -c 3 {TOKEN}/token", {"emptyDir": {}}, securityContext=context
    )
    assert lines == [line, "eyJ"]


def test_the_token_is_nobodys_where_containers_run_as_different_users() -> None:
    """pkg/volume/util/util_test.go TestFsUserFrom."""
    sidecar = container(name="other", securityContext={"runAsUser": 2000})
    made = container(f"stat -Lc '%a %u' {TOKEN}/token", securityContext={"runAsUser": 1000})
    story = Story(pod(made, sidecar), seconds=3)
    assert story.simulation.logs("default", "p", "app") == "644 0\n"


@pytest.mark.parametrize(
    ("empty", "limits", "size"),
    [
        ({"sizeLimit": "100Mi"}, {}, "102400"),
        ({"sizeLimit": "100Mi"}, {"memory": "64Mi"}, "65536"),
        ({}, {"memory": "64Mi"}, "65536"),
    ],
)
def test_a_volume_in_memory_is_as_large_as_it_may_be_and_the_pod_may_use(empty: Json, limits: Json, size: str) -> None:
    """empty_dir_test.go TestCalculateEmptyDirMemorySize; e2e "memory backed volumes of specified size"."""
    script = "df | grep /v$ | awk '{print $1, $2}'; mount | grep ' /v '"
    lines = told(script, {"emptyDir": {"medium": "Memory"} | empty}, app={"resources": {"limits": limits}})
    assert lines == [f"tmpfs {size}", f"tmpfs on /v type tmpfs (rw,relatime,size={size}k,noswap)"]


def test_files_that_the_kubelet_writes_are_mounted_for_reading() -> None:
    """pkg/kubelet/kubelet_pods.go makeMounts: what the volume is counts more than the mount."""
    lines = told("mount | grep ' /v '; touch /v/new", {"configMap": {"name": "cm"}})
    assert lines == ["/dev/vda1 on /v type ext4 (ro,relatime)", "touch: /v/new: Read-only file system"]


@pytest.mark.parametrize(
    ("context", "line"),
    [({"runAsUser": 1000}, "777 0"), ({"runAsUser": 1000, "fsGroup": 123}, "2777 123")],
)
def test_a_sub_path_that_is_made_may_be_written_to_by_whom_the_volume_may(context: Json, line: str) -> None:
    """pkg/volume/util/subpath/subpath_linux_test.go TestSafeMakeDir: it gets the mode of the volume."""
    lines = told(
        "stat -c '%a %g' /v; echo hi > /v/f; cat /v/f", {"emptyDir": {}}, {"subPath": "x/y"}, securityContext=context
    )
    assert lines == [line, "hi"]


@pytest.mark.parametrize(
    ("context", "line"),
    [
        ({"runAsUser": 1000}, "uid=1000 gid=0(root) groups=0(root)"),
        ({"runAsUser": 65534}, "uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)"),
        ({"runAsUser": 1000, "runAsGroup": 3000}, "uid=1000 gid=3000 groups=3000"),
    ],
)
def test_a_user_without_an_account_is_in_the_group_of_root(context: Json, line: str) -> None:
    """test/e2e/node/security_context.go; the runtime looks into the image's /etc/passwd."""
    assert told("id", {"emptyDir": {}}, securityContext=context) == [line]


@pytest.mark.parametrize("mounted", [True, False])
def test_a_container_that_is_named_and_not_there_is_told(mounted: bool) -> None:
    """pkg/api/v1/resource/helpers_test.go TestExtractResourceValueByContainerName."""
    reference = {"containerName": "gone", "resource": "limits.cpu"}
    volume = {"name": "v", "downwardAPI": {"items": [{"path": "cpu", "resourceFieldRef": reference}]}}
    env = [{"name": "CPU", "valueFrom": {"resourceFieldRef": reference}}]
    app = container(volumeMounts=[HERE]) if mounted else container(env=env)
    story = Story(pod(app, volumes=[volume]), seconds=3)
    words = ["Error: container gone not found"]
    if mounted:
        words = ['MountVolume.SetUp failed for volume "v" : container gone not found']
    assert list(dict.fromkeys(story.messages("FailedMount", "Failed"))) == words


def test_a_variable_may_be_about_another_container() -> None:
    """pkg/kubelet/kubelet_pods.go containerResourceRuntimeValue."""
    reference = {"containerName": "other", "resource": "requests.cpu"}
    app = container("echo $CPU", env=[{"name": "CPU", "valueFrom": {"resourceFieldRef": reference}}])
    other = container(name="other", resources={"requests": {"cpu": "1500m"}})
    story = Story(pod(app, other), seconds=3)
    assert story.simulation.logs("default", "p", "app") == "2\n"


@pytest.mark.parametrize(
    ("script", "path", "shown"),
    [
        ("mkdir /v/d; ln -s d /v/l; touch /v/d/x", "l", "x\n"),
        ("mkdir -p /v/d/e; ln -s .. /v/d/e/l; touch /v/d/y", "d/e/l", "e\ny\n"),
        ("ln -s /etc /v/l", "l", None),
        ("mkdir -p /v/d/e; ln -s ../../.. /v/d/e/l", "d/e/l", None),
    ],
)
def test_a_sub_path_leads_over_links_but_not_out_of_the_volume(script: str, path: str, shown: str | None) -> None:
    """test/e2e/storage/testsuites/subpath.go "should fail if subpath directory is outside the volume"."""
    app = container("ls /w", volumeMounts=[{"name": "v", "mountPath": "/w", "subPath": path}])
    init = container(script, name="i", volumeMounts=[HERE])
    story = Story(pod(app, init=[init], volumes=[{"name": "v", "emptyDir": {}}]), seconds=4)
    words = 'Error: failed to prepare subPath for volumeMount "v" of container "app"'
    assert story.messages("Failed")[:1] == ([] if shown else [words])
    assert shown is None or story.simulation.logs("default", "p", "app") == shown


@pytest.mark.parametrize(
    ("image", "command", "lines"),
    [
        ("busybox:1.36", "grep -rl one /v", ["/v/STAMP/a", "/v/a"]),
        ("debian:12", "grep -rl one /v", ["/v/STAMP/a"]),
        ("debian:12", "grep -Rl one /v", ["/v/STAMP/a", "/v/..data/a", "/v/a"]),
        ("debian:12", "find /v -type f -name a", ["/v/STAMP/a"]),
        ("debian:12", "find -L /v -type f -name a", ["/v/STAMP/a", "/v/..data/a", "/v/a"]),
        ("debian:12", "cp -r /v /tmp/c; stat -c %F /tmp/c/a", ["symbolic link"]),
        ("debian:12", "cp -rL /v /tmp/c; stat -c %F /tmp/c/a", ["regular file"]),
    ],
)
def test_tools_meet_links_as_they_do(image: str, command: str, lines: list[str]) -> None:
    """What is found twice in a volume's files is found so on a node."""
    shown = told(f"{command} | sed 's/[.][.]2026[^/]*/STAMP/'", {"configMap": {"name": "cm"}}, app={"image": image})
    assert shown == lines


def test_a_copy_brings_the_files_and_leaves_the_links() -> None:
    """kubectl pkg/cmd/cp/filespec_test.go: a name that begins with two dots does not lead upwards."""
    app = container(volumeMounts=[HERE])
    story = Story(CONFIG, pod(app, volumes=[{"name": "v", "configMap": {"name": "cm"}}]), seconds=3)
    said = story.node("kubectl cp p:/v /tmp/v; ls /tmp/v/..2026*")
    assert "outside target destination" not in said
    assert 'warning: skipping symlink: "/tmp/v/a" -> "..data/a"' in said
    assert said.startswith("a\nb\n")
