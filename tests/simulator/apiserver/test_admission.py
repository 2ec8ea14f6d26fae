"""Priorities of new Pods. Models plugin/pkg/admission/priority/admission.go."""

import json

import pytest

from tests.simulator.stories import Json, Story, container, pod


def priority_class(name: str, value: int, **fields: object) -> Json:
    head = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}}
    return head | {"value": value} | fields


def refused(story: Story, obj: Json) -> str:
    told = story.node(f"echo '{json.dumps(obj)}' | kubectl create -f -")
    return told.partition('STDIN": ')[2].strip()


def test_the_default_class_is_given_to_pods_that_name_none() -> None:
    story = Story(priority_class("usual", 7, globalDefault=True, preemptionPolicy="Never"), pod(container()), seconds=1)
    spec = story.pod["spec"]
    assert (spec["priorityClassName"], spec["priority"], spec["preemptionPolicy"]) == ("usual", 7, "Never")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"priorityClassName": "none"}, "no PriorityClass with name none was found"),
        (
            {"priority": 5},
            "the integer value of priority (5) must not be provided in pod spec; priority admission controller computed "
            "0 from the given PriorityClass name",
        ),
        (
            {"priorityClassName": "high", "preemptionPolicy": "Never"},
            "the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission "
            "controller computed PreemptLowerPriority from the given PriorityClass name",
        ),
    ],
)
def test_what_a_pod_may_not_ask_for(spec: Json, words: str) -> None:
    story = Story(priority_class("high", 10), seconds=1)
    assert refused(story, pod(container(), **spec)) == f'pods "p" is forbidden: {words}'


def test_there_is_one_default_class() -> None:
    story = Story(priority_class("a", 1, globalDefault=True), priority_class("b", 2), seconds=1)
    words = "PriorityClass a is already marked as default. Only one default can exist"
    told = refused(story, priority_class("c", 1, globalDefault=True))
    assert told == f'priorityclasses.scheduling.k8s.io "c" is forbidden: {words}'
    told = story.node("""kubectl patch pc b -p '{"globalDefault":true}'""")
    assert told.strip().endswith(f'priorityclasses.scheduling.k8s.io "b" is forbidden: {words}')
    assert (
        story.node("""kubectl patch pc a -p '{"description":"d"}'""") == "priorityclass.scheduling.k8s.io/a patched\n"
    )


def test_the_systems_classes_are_there() -> None:
    story = Story(seconds=1)
    assert story.node("kubectl get priorityclasses | tr -s ' '") == (
        "NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY\n"
        "system-cluster-critical 2000000000 false 1s PreemptLowerPriority\n"
        "system-node-critical 2000001000 false 1s PreemptLowerPriority\n"
    )


def test_the_value_of_a_class_stays() -> None:
    story = Story(priority_class("a", 1), seconds=1)
    assert story.node("""kubectl patch pc a -p '{"value":2}'""") == (
        'The PriorityClass "a" is invalid: value: Forbidden: may not be changed in an update.\n'
    )


def test_the_systems_classes_stay() -> None:
    """Models pkg/registry/scheduling/priorityclass/storage/storage.go."""
    told = Story(seconds=1).node("kubectl delete pc system-node-critical")
    assert told.strip().endswith(
        'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and '
        "cannot be deleted"
    )


def test_kubectl_makes_a_class_and_describes_it() -> None:
    """Models kubectl pkg/cmd/create/create_priorityclass.go and pkg/describe/describe.go describePriorityClass."""
    story = Story(seconds=1)
    made = story.node("kubectl create priorityclass high --value=1000 --description=mine --preemption-policy=Never")
    assert made == "priorityclass.scheduling.k8s.io/high created\n"
    assert story.node("kubectl describe pc high").splitlines() == [
        "Name:              high",
        "Value:             1000",
        "GlobalDefault:     false",
        "PreemptionPolicy:  Never",
        "Description:       mine",
        "Annotations:       <none>",
        "Events:            <none>",
    ]


CLAIM = """{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOnce],
storageClassName: CLASS, resources: {requests: {storage: 1Gi}}}}"""
VOLUME = """{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {accessModes: [ReadWriteOnce],
storageClassName: CLASS, capacity: {storage: 1Gi}, hostPath: {path: /d}}}"""
CLASS = """{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: roomy}, provisioner: a/b,
allowVolumeExpansion: true}"""
GROW = """kubectl patch pvc c -p '{"spec": {"resources": {"requests": {"storage": "2Gi"}}}}' 2>&1"""


def grown(*documents: str, class_: str, wait: float = 1) -> str:
    story = Story(seconds=0)
    text = "\n---\n".join(documents).replace("CLASS", class_)
    story.node(f"cat <<'END' | kubectl apply -f -\n{text}\nEND")
    return story.until(wait).node(GROW)


def test_a_claim_grows_only_where_its_class_lets_it() -> None:
    """Models plugin/pkg/admission/storage/persistentvolume/resize/admission_test.go."""
    words = 'persistentvolumeclaims "c" is forbidden:'
    assert "spec: Forbidden: spec is immutable after creation" in grown(CLAIM, class_="standard")
    told = grown(VOLUME, CLAIM, class_="manual", wait=20)
    assert f"{words} only dynamically provisioned pvc can be resized and the storageclass that provisions" in told
    assert grown(CLASS, VOLUME, CLAIM, class_="roomy", wait=20) == "persistentvolumeclaim/c patched\n"
