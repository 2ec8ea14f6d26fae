"""Volumes that are images. Models pkg/kubelet/kuberuntime/kuberuntime_manager.go getImageVolumes."""

from tests.simulator.stories import Json, Story, container, pod

PRESENT = 'Container image "nginx:1.27" already present on machine and can be accessed by the pod'


def with_image(reference: str, **source: str) -> Json:
    app = container("sleep 1000", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    return pod(app, volumes=[{"name": "v", "image": {"reference": reference} | source}])


def test_a_container_sees_what_the_image_holds_and_cannot_change_it() -> None:
    story = Story(with_image("nginx:1.27"), seconds=5)
    assert "index.html" in story.node("kubectl exec p -- ls /v/usr/share/nginx/html")
    assert "Read-only file system" in story.node("kubectl exec p -- touch /v/new")


def test_the_image_is_looked_for_before_any_container_and_the_event_names_none() -> None:
    first = Story(with_image("nginx:1.27"), seconds=5).events("Pulled")[0]
    assert first["message"] == PRESENT
    assert "fieldPath" not in first["involvedObject"]


def test_it_is_looked_for_again_at_every_sync() -> None:
    story = Story(with_image("nginx:1.27"), seconds=300)
    assert story.events("Pulled")[0]["count"] >= 4


def test_an_image_that_is_not_there_keeps_the_container_from_starting() -> None:
    story = Story(with_image("nope:1"), seconds=3, missing_images=frozenset({"nope:1"}))
    assert story.container()["state"]["waiting"]["reason"] == "ErrImagePull"
    failed = [(e["involvedObject"].get("fieldPath", ""), e["message"]) for e in story.events("Failed")]
    assert failed[0][0] == ""
    assert failed[0][1].startswith('Failed to pull image "nope:1": rpc error: code = NotFound desc = ')
    assert ("spec.containers{app}", "Error: ErrImagePull") in failed
    assert ("spec.containers{app}", "Error: ImagePullBackOff") in failed
    assert story.until(30).facts("container") == []


def test_a_policy_of_never_is_heeded() -> None:
    story = Story(with_image("nope:1", pullPolicy="Never"), seconds=3, missing_images=frozenset({"nope:1"}))
    assert story.container()["state"]["waiting"]["reason"] == "ErrImageNeverPull"


def test_a_path_that_the_image_does_not_hold_is_not_made() -> None:
    """test/e2e_node/image_volume.go "should fail if subPath in volume is not existing"; containerd's words."""
    made = with_image("nginx:1.27")
    made["spec"]["containers"][0]["volumeMounts"][0]["subPath"] = "not-existing"
    story = Story(made, seconds=5)
    waiting = story.container()["state"]["waiting"]
    assert waiting["reason"] == "CreateContainerError"
    assert 'ImageVolumeMountFailed: failed to ensure image subpath "not-existing" in "' in waiting["message"]
    made["spec"]["containers"][0]["volumeMounts"][0]["subPath"] = "usr/share"
    assert Story(made, seconds=5).node("kubectl exec p -- ls /v/nginx/html").splitlines()[-1] == "index.html"
