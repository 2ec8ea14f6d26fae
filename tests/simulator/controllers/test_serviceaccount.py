"""What every namespace is given.

Models pkg/controller/serviceaccount/serviceaccounts_controller_test.go and
pkg/controller/certificates/rootcacertpublisher/publisher_test.go.
"""

from simulator.world import NAMESPACES
from tests.simulator.stories import Story, container, pod

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


def test_every_namespace_has_an_account_and_the_certificate() -> None:
    story = Story(seconds=1, namespace="mine")
    story.node("kubectl create namespace new")
    assert story.node("kubectl get serviceaccounts -A --no-headers -o custom-columns=N:.metadata.namespace") == (
        "default\nkube-node-lease\nkube-public\nkube-system\nmine\nnew\n"
    )
    assert story.node("kubectl get configmaps -A -o name") == "configmap/kube-root-ca.crt\n" * 6


def test_both_come_back_when_they_are_deleted_and_the_certificate_when_it_is_changed() -> None:
    story = Story(seconds=1)
    story.node("kubectl delete serviceaccount default; kubectl delete configmap kube-root-ca.crt")
    assert story.node("kubectl get sa,cm -o name") == "serviceaccount/default\nconfigmap/kube-root-ca.crt\n"
    story.node("""kubectl patch cm kube-root-ca.crt -p '{"data":{"ca.crt":"mine"}}'""")
    assert story.node("kubectl get cm kube-root-ca.crt -o jsonpath='{.data.ca\\.crt}'").startswith("-----BEGIN")


def test_a_namespace_that_ends_gets_nothing_new() -> None:
    story = Story(seconds=1)
    story.node("kubectl create namespace new")
    story.node("kubectl delete namespace new")
    story.until(60)
    assert story.node("kubectl get ns -o name").split() == [f"namespace/{name}" for name in NAMESPACES]
    assert story.node("kubectl get sa,cm -A -o name").split() == [
        *["serviceaccount/default"] * len(NAMESPACES),
        *["configmap/kube-root-ca.crt"] * len(NAMESPACES),
    ]


def test_containers_find_token_certificate_and_namespace() -> None:
    story = Story(pod(container(f"cat {TOKEN}/namespace; ls {TOKEN}; head -1 {TOKEN}/ca.crt; sleep 100")), seconds=5)
    assert story.node("kubectl logs p") == "defaultca.crt\nnamespace\ntoken\n-----BEGIN CERTIFICATE-----\n"


def test_an_account_may_forbid_the_token_and_a_pod_may_ask_for_it_all_the_same() -> None:
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "robot"},
        "automountServiceAccountToken": False,
        "imagePullSecrets": [{"name": "registry"}],
    }
    without = pod(container(), name="without", serviceAccountName="robot")
    asking = pod(container(), name="asking", serviceAccountName="robot", automountServiceAccountToken=True)
    story = Story(account, without, asking, seconds=5)
    specs = {name: story.simulation.api.get("pods", "default", name)["spec"] for name in ("without", "asking")}
    assert "volumes" not in specs["without"]
    assert [mount["mountPath"] for mount in specs["asking"]["containers"][0]["volumeMounts"]] == [TOKEN]
    assert specs["without"]["imagePullSecrets"] == [{"name": "registry"}]


def test_an_account_is_described() -> None:
    story = Story(seconds=1)
    story.node("kubectl create serviceaccount robot")
    assert story.node("kubectl describe serviceaccount robot") == (
        "Name:                robot\n"
        "Namespace:           default\n"
        "Labels:              <none>\n"
        "Annotations:         <none>\n"
        "Image pull secrets:  <none>\n"
        "Events:              <none>\n"
    )
