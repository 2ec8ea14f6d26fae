"""What a RuntimeClass does to Pods. Models plugin/pkg/admission/runtimeclass/admission_test.go."""

from tests.simulator.stories import Json, Story, container, pod


def runtime_class(**fields: Json) -> Json:
    meta = {"name": "vm"}
    return {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": meta, "handler": "kata"} | fields


def test_a_class_that_is_not_there_is_refused() -> None:
    story = Story(pod(container(), runtimeClassName="vm"))
    assert story.applied.output.endswith('pods "p" is forbidden: pod rejected: RuntimeClass "vm" not found\n')


def test_a_pod_gets_its_class_overhead_nodes_and_tolerations() -> None:
    toleration = {"key": "vm", "operator": "Exists"}
    scheduling = {"nodeSelector": {"kubernetes.io/os": "linux"}, "tolerations": [toleration]}
    made = runtime_class(overhead={"podFixed": {"cpu": "250m"}}, scheduling=scheduling)
    story = Story(made, pod(container(), runtimeClassName="vm"), seconds=5)
    spec = story.pod["spec"]
    assert (spec["overhead"], spec["nodeSelector"]) == ({"cpu": "250m"}, {"kubernetes.io/os": "linux"})
    assert toleration in spec["tolerations"]
    assert story.status["phase"] == "Running"


def test_what_a_pod_says_against_its_class_is_refused() -> None:
    made = runtime_class(overhead={"podFixed": {"cpu": "250m"}}, scheduling={"nodeSelector": {"disk": "ssd"}})
    other = pod(container(), runtimeClassName="vm", overhead={"cpu": "1"})
    assert "Pod's Overhead doesn't match" in Story(made, other).applied.output
    alone = pod(container(), overhead={"cpu": "1"})
    assert "Pod Overhead set without corresponding RuntimeClass" in Story(alone).applied.output
    elsewhere = pod(container(), runtimeClassName="vm", nodeSelector={"disk": "hdd"})
    assert Story(made, elsewhere).applied.output.endswith(
        "conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd\n"
    )
