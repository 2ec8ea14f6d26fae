"""Images: policy, names, pull secrets. Models pkg/kubelet/images/image_manager.go."""

from __future__ import annotations

import pytest

from tests.simulator.stories import Story, container, pod

GONE = frozenset({"nope/missing:1"})
PRESENT = 'Container image "busybox:1.36" already present on machine and can be accessed by the pod'


def test_an_image_that_may_not_be_pulled_is_asked_for_at_every_sync() -> None:
    app = container(image="nope/missing:1", imagePullPolicy="Never")
    story = Story(pod(app), seconds=20, missing_images=GONE)
    message = 'Container image "nope/missing:1" is not present with pull policy of Never'
    assert story.container()["state"]["waiting"] == {"reason": "ErrImageNeverPull", "message": message}
    assert story.messages("ErrImageNeverPull") == [message]
    assert story.messages("Failed") == ["Error: ErrImageNeverPull"]
    assert story.messages("Pulling") == []


@pytest.mark.parametrize(("policy", "pulls"), [("Always", 1), ("IfNotPresent", 0), ("Never", 0)])
def test_the_policy_decides_whether_a_present_image_is_pulled(policy: str, pulls: int) -> None:
    story = Story(pod(container(imagePullPolicy=policy)), seconds=3)
    assert len(story.messages("Pulling")) == pulls
    assert (story.messages("Pulled") == [PRESENT]) is not bool(pulls)


def test_a_name_that_is_no_image_is_never_pulled() -> None:
    story = Story(pod(container(image="Nope:1")), seconds=3)
    why = "invalid reference format: repository name (library/Nope) must be lowercase"
    message = f'Failed to apply default image tag "Nope:1": couldn\'t parse image name "Nope:1": {why}'
    assert story.container()["state"]["waiting"] == {"reason": "InvalidImageName", "message": message}
    assert story.messages("InspectFailed") == [message]
    assert story.messages("Failed") == ["Error: InvalidImageName"]


def test_pull_secrets_that_are_missing_are_named_at_every_sync() -> None:
    """Models pkg/kubelet/kubelet_pods.go getPullSecretsForPod."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "here"}}
    names = [{"name": "one"}, {"name": "here"}, {"name": "two"}]
    story = Story(secret, pod(container(), imagePullSecrets=names), seconds=100)
    assert story.messages("FailedToRetrieveImagePullSecret") == [
        "Unable to retrieve some image pull secrets (one, two); attempting to pull the image may not succeed."
    ]
    counts = [e.object["count"] for e in story.revisions("events") if e.object["reason"].startswith("FailedToR")]
    assert counts[-1] >= 3
