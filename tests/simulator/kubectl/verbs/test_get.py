"""`kubectl get`, `describe` and `events`."""

import pytest

from tests.simulator.kubectl.fakes import Node, make_pod


def test_get_prints_a_table_after_the_time_kubectl_takes_to_start(node: Node) -> None:
    node.api.put(make_pod("q"))
    node.api.put(make_pod("p", "a", "b"))
    answer = node.type("kubectl get pods")
    assert answer.out == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "p      2/2     Running   0          11s\n"
        "q      1/1     Running   0          11s\n"
    )
    assert answer.code == 0
    assert 50 <= answer.at_ms <= 100


def test_several_kinds_are_tables_with_the_kind_before_the_name(node: Node) -> None:
    node.api.put(make_pod())
    node.api.put({"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {}})
    assert node.type("kubectl get pods,cm").out == (
        "NAME    READY   STATUS    RESTARTS   AGE\npod/p   1/1     Running   0          11s\n"
        "\nNAME          DATA   AGE\nconfigmap/c   0      <unknown>\n"
    )
    assert node.type("kubectl get all").out.startswith("NAME    READY")


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("get pods", "No resources found in demo namespace.\n"),
        ("get pods -n other", "No resources found in other namespace.\n"),
        ("get pods -A", "No resources found\n"),
        ("get nodes", "No resources found\n"),
        ("get pod p", 'Error from server (NotFound): pods "p" not found\n'),
        ("get deploy/d", 'Error from server (NotFound): deployments.apps "d" not found\n'),
        ("get podz", 'error: the server doesn\'t have a resource type "podz"\n'),
        ("get pod/p q", "error: there is no need to specify a resource type as a separate argument when passing "
         "arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of "
         "'kubectl get resource resource/<resource_name>'\n"),
        ("get pod p -l a=b", "error: name cannot be provided when a selector is specified\n"),
        ("get pod p -A", "error: a resource cannot be retrieved by name across all namespaces\n"),
        ("get pods -o xml", 'error: unable to match a printer suitable for the output format "xml"'),
        ("nope", 'error: unknown command "nope" for "kubectl"\n'),
    ],
)  # fmt: skip
def test_what_get_says_when_there_is_nothing_to_show(node: Node, line: str, err: str) -> None:
    answer = node.type(f"kubectl {line}")
    assert answer.err.startswith(err)
    assert answer.code == (0 if err.startswith("No resources") else 1)


def test_flags_may_stand_before_the_verb(node: Node) -> None:
    node.api.put(make_pod("p", namespace="other"))
    assert node.type("kubectl -n other get pod p -o name").out == "pod/p\n"
    assert node.type("kubectl --namespace=other get pod p -o name").out == "pod/p\n"


def test_one_object_missing_does_not_hide_the_others(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.type("kubectl get pod p q -o name")
    assert answer.out == "pod/p\n"
    assert answer.err == 'Error from server (NotFound): pods "q" not found\n'
    assert answer.code == 1
    assert node.type("kubectl get pod p q --ignore-not-found").code == 0


def test_selectors_choose_and_sort_by_orders(node: Node) -> None:
    node.api.put(make_pod("p", labels={"app": "web"}))
    node.api.put(make_pod("a", labels={"app": "db"}))
    assert node.type("kubectl get pods -l app=web -o name").out == "pod/p\n"
    assert node.type("kubectl get pods --field-selector metadata.name!=p -o name").out == "pod/a\n"
    assert node.type("kubectl get pods --sort-by=.metadata.labels.app -o name").out == "pod/a\npod/p\n"
    assert node.type("kubectl get pods --sort-by='{.metadata.labels.app}' -o name").out == "pod/a\npod/p\n"
    assert "LABELS\n" in node.type("kubectl get pods --show-labels").out
    assert "APP\n" in node.type("kubectl get pods -L app").out


def test_a_watch_prints_a_row_for_every_change_until_it_is_stopped(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.begin("kubectl get pods -w > /tmp/rows & sleep 3; kill %1 2>/dev/null || kill $!; cat /tmp/rows")
    node.engine.at(1000, node.api.put, make_pod())
    node.engine.at(2000, node.api.put, make_pod("longer-name"), "ADDED")
    node.engine.run_until(5000)
    assert answer.out == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "p      1/1     Running   0          11s\n"
        "p      1/1     Running   0          12s\n"
        "longer-name   1/1     Running   0          13s\n"
    )
    assert node.api.watchers == []


def test_describe_shows_events_and_takes_a_name_as_a_beginning(node: Node) -> None:
    node.api.put(make_pod("web-1"))
    node.api.put(make_pod("web-2"))
    exact = node.type("kubectl describe pod web-1").out
    assert exact.startswith("Name:")
    assert exact.endswith("Events:          <none>\n")
    beginning = node.type("kubectl describe pod web").out
    assert beginning.count("Name:  ") == 2
    assert "Events:" not in node.type("kubectl describe pods").out
    assert "Events:" in node.type("kubectl describe pods --show-events").out
    missing = node.type("kubectl describe pod nope")
    assert missing.err == 'Error from server (NotFound): pods "nope" not found\n'


@pytest.mark.parametrize(
    ("obj", "words"),
    [
        ({"kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"k": "v\n"}}, "Data\n====\nk:\n----\nv\n"),
        ({"kind": "Secret", "metadata": {"name": "x"}, "data": {"k": "MTIz"}, "type": "Opaque"}, "k:  3 bytes\n"),
        ({"kind": "Namespace", "metadata": {"name": "x"}, "status": {"phase": "Active"}}, "No resource quota.\n"),
        ({"kind": "Lease", "metadata": {"name": "x"}, "apiVersion": "coordination.k8s.io/v1"}, "Kind:         Lease\n"),
        (
            {"kind": "Service", "metadata": {"name": "x"}, "spec": {"type": "ClusterIP", "ports": [{"port": 80}]}},
            "Port:              <unset>  80/TCP\nTargetPort:        80/TCP\nEndpoints:         <none>\n",
        ),
    ],
)
def test_other_kinds_are_described_too(node: Node, obj: dict[str, object], words: str) -> None:
    node.api.put(obj)
    assert words in node.type(f"kubectl describe {obj['kind']} x").out


def test_events_are_filtered_by_object_and_type(node: Node) -> None:
    for name, kind in (("a", "Normal"), ("b", "Warning")):
        node.api.put({
            "kind": "Event", "metadata": {"name": name}, "type": kind, "reason": "R", "message": name,
            "involvedObject": {"kind": "Pod", "apiVersion": "v1", "name": name}, "lastTimestamp": "2026-11-23T04:49:00Z",
            "firstTimestamp": "2026-11-23T04:49:00Z", "count": 1,
        })  # fmt: skip
    assert node.type("kubectl events --for pod/a").out.splitlines()[1:] == ["11s         Normal   R        Pod/a    a"]
    assert len(node.type("kubectl events --types=Warning").out.splitlines()) == 2
    assert node.type("kubectl events --for pod/a -o jsonpath='{.items[*].message}'").out == "a"
    assert node.type("kubectl events --types=Sad").err == "error: valid --types are Normal or Warning\n"
    assert node.type("kubectl events -n other").err == "No events found in other namespace.\n"


def test_sorting_compares_amounts_as_amounts_and_puts_what_has_none_first(node: Node) -> None:
    """Models kubectl pkg/cmd/get/sorter_test.go."""
    for name, amount in (("a", "500Mi"), ("b", "1Gi"), ("c", ""), ("d", "60Mi")):
        pod = make_pod(name)
        pod["spec"]["containers"][0]["resources"] = {"limits": {"memory": amount}} if amount else {}
        node.api.put(pod)
    line = "kubectl get pods -o name --sort-by"
    assert node.type(f"{line}='{{.spec.containers[0].resources.limits.memory}}'").out == "pod/c\npod/d\npod/a\npod/b\n"
    answer = node.type(f"{line}=spec.nothing")
    assert answer.err == 'error: couldn\'t find any field with path "{.spec.nothing}" in the list of objects\n'


def test_documents_of_yaml_are_parted_while_objects_are_watched(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.begin("kubectl get pods -w -o yaml > out & sleep 1; kill %1; cat out")
    node.engine.run_until(node.engine.now + 500)
    node.api.put(make_pod(labels={"a": "b"}))
    node.engine.run_until(node.engine.now + 2000)
    assert answer.out.count("---\napiVersion: v1\n") == 1
