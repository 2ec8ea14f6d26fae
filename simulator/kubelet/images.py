"""Making sure that a container's image is there: pull policy, pulls and their back-off.

Models pkg/kubelet/images/image_manager.go.
"""

from __future__ import annotations

from simulator.engine import Steps
from simulator.history import Json
from simulator.kubelet.latency import IMAGE_CHECK_MS, PULL_FAILED_MS, PULL_MS
from simulator.kubelet.node import PodAgent
from simulator.objects import ImageFault, parse_image

Failure = tuple[str, str]  # waiting reason and message


def look_for_pull_secrets(agent: PodAgent) -> bool:
    """Whether all are there; it is said at every sync if not. Models kubelet_pods.go getPullSecretsForPod."""
    store, namespace = agent.node.store, agent.pod["metadata"]["namespace"]
    names = [secret["name"] for secret in agent.pod["spec"].get("imagePullSecrets", ()) if secret.get("name")]
    missing = [name for name in names if store.get("secrets", namespace, name) is None]
    if missing:
        message = (
            f"Unable to retrieve some image pull secrets ({', '.join(missing)}); "
            "attempting to pull the image may not succeed."
        )
        agent.event("Warning", "FailedToRetrieveImagePullSecret", message)
    return not missing


def ensure_volume_images(agent: PodAgent) -> Steps[dict[str, Failure]]:
    """What volumes are made of is pulled at every sync. Gives what failed, by volume. Models getImageVolumes."""
    failed: dict[str, Failure] = {}
    for volume in agent.pod["spec"].get("volumes", ()):
        if "image" in volume:
            source = volume["image"]
            wanted = {"image": source["reference"], "imagePullPolicy": source["pullPolicy"]}
            failure = yield from ensure_image(agent, wanted)
            if failure is not None:
                failed[volume["name"]] = failure
    return failed


def short_reason(reason: str) -> str:
    """As the event says it."""
    return reason if reason in ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull") else "InvalidImageName"


def ensure_image(agent: PodAgent, container: Json) -> Steps[Failure | None]:
    """Pull if need be; what went wrong, or None. Without a name it is for a volume. Models EnsureImageExists."""
    image, name = container["image"], container.get("name", "")
    yield IMAGE_CHECK_MS
    try:
        reference = str(parse_image(image))
    except ImageFault as error:
        message = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {error}'
        agent.event("Warning", "InspectFailed", message, name)
        return "InvalidImageName", message
    missing = any(reference == str(parse_image(gone)) for gone in agent.node.missing_images)
    policy = container["imagePullPolicy"]
    if policy != "Always" and not missing:
        message = f'Container image "{image}" already present on machine and can be accessed by the pod'
        agent.event("Normal", "Pulled", message, name)
        return None
    if policy == "Never":
        message = f'Container image "{image}" is not present with pull policy of Never'
        agent.event("Warning", "ErrImageNeverPull", message, name)
        return "ErrImageNeverPull", message
    return (yield from _pull(agent, container, reference, missing))


def _pull(agent: PodAgent, container: Json, reference: str, missing: bool) -> Steps[Failure | None]:
    node, image, name = agent.node, container["image"], container.get("name", "")
    key = f"{agent.uid}_{image}"
    backoff = node.image_backoff
    if backoff.in_back_off_since_update(key, node.engine.now):
        message = f'Back-off pulling image "{image}"'
        agent.event("Normal", "BackOff", message, name)
        return "ImagePullBackOff", f"{message}: ErrImagePull: {_not_found(reference)}"
    agent.event("Normal", "Pulling", f'Pulling image "{image}"', name)
    started = node.engine.now
    fields = ("image", "imagePullPolicy") if name else ()
    agent.fact("pull", name, {"image": image, "phase": "start"}, *fields)
    if missing:
        yield PULL_FAILED_MS
        return _failed(agent, container, key, _not_found(reference))
    yield node.random.randint(*PULL_MS)
    took = node.engine.now - started
    size = node.machine.images.get(image).size_bytes
    agent.event(
        "Normal",
        "Pulled",
        f'Successfully pulled image "{image}" in {took}ms ({took}ms including waiting). Image size: {size} bytes.',
        name,
    )
    agent.fact("pull", name, {"image": image, "phase": "done", "ms": took})
    return None


def _failed(agent: PodAgent, container: Json, key: str, error: str) -> Failure:
    node, image, name = agent.node, container["image"], container.get("name", "")
    fields = ("image",) if name else ()
    number = agent.fact("pull", name, {"image": image, "phase": "failed", "message": error}, *fields)
    with node.history.because(number):
        agent.event("Warning", "Failed", f'Failed to pull image "{image}": {error}', name)
        wait = node.image_backoff.next(key, node.engine.now, node.engine.now)
        until = node.engine.now + wait
        agent.fact("backoff", name, {"what": "image", "image": image, "wait_ms": wait, "until_ms": until})
    return "ErrImagePull", error


def _not_found(reference: str) -> str:
    """The words of containerd when the registry does not know the image."""
    return (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{reference}": '
        f'failed to resolve reference "{reference}": {reference}: not found'
    )
