"""Changing and replacing objects. Models pkg/registry/core/pod/strategy.go and kubectl pkg/cmd/replace."""

import json

from simulator.objects.validation.updates import UPDATABLE
from tests.simulator.stories import Json, Story, container, pod


def put(flags: str, *words: str) -> str:
    text = json.dumps(pod(container("sleep 2000"), name=words[0] if words else "p"))
    return f"echo '{text}' | kubectl replace {flags} -f -"


def test_a_field_that_may_not_change_is_shown_with_what_was_there() -> None:
    story = Story(pod(container()), seconds=5)
    told = story.node("""kubectl patch pod p -p '{"spec":{"restartPolicy":"Never"}}'""")
    head, hunk, *lines = told.splitlines()
    allowed = ",".join(UPDATABLE)
    assert head == f'The Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than {allowed}'
    assert hunk.startswith("@@ -")
    assert lines == [
        "   }",
        "  ],",
        '  "EphemeralContainers": null,',
        '- "RestartPolicy": "Always",',
        '+ "RestartPolicy": "Never",',
        '  "TerminationGracePeriodSeconds": 2,',
        '  "ActiveDeadlineSeconds": null,',
        '  "DNSPolicy": "ClusterFirst",',
        "",
    ]


def test_labels_are_checked_when_they_change() -> None:
    story = Story(pod(container()), seconds=5)
    assert story.node("kubectl label pod p 'a b=c'").startswith(
        'The Pod "p" is invalid: metadata.labels: Invalid value: "a b": name part must consist of'
    )
    assert story.node("kubectl label pod p 'a=b c'").startswith(
        'error: invalid label value: "a=b c": a valid label must be an empty string or consist of'
    )
    assert story.node("kubectl label pod p a=b") == "pod/p labeled\n"


def test_a_debug_container_can_only_target_one_that_is_there() -> None:
    story = Story(pod(container()), seconds=5)
    assert story.node("kubectl debug p -q --image=busybox --target=x --profile=general").endswith(
        'The Pod "p" is invalid: spec.ephemeralContainers[0].targetContainerName: Not found: "x"\n'
    )


def test_other_kinds_are_checked_and_counted_too() -> None:
    story = Story(seconds=1)
    story.node("kubectl create deployment d --image=nginx")
    assert story.node("""kubectl patch deployment d -p '{"spec":{"replicas":-1}}'""") == (
        'The Deployment "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n'
    )
    told = story.node(
        "kubectl scale deployment d --replicas=2; kubectl get deployment d -o jsonpath='{.metadata.generation}'"
    )
    assert told == "deployment.apps/d scaled\n2"


def test_replacing_a_pod_with_itself_keeps_its_status() -> None:
    story = Story(pod(container()), seconds=5)
    assert story.node("kubectl get pod p -o yaml | kubectl replace -f -") == "pod/p replaced\n"
    assert story.status["phase"] == "Running"
    assert story.node("kubectl get pod p -o jsonpath='{.metadata.generation}'") == "1"


def test_replacing_a_pod_with_its_manifest_takes_away_what_the_server_had_added() -> None:
    story = Story(pod(container("sleep 2000")), seconds=5)
    told = story.node(put(""))
    assert told.startswith('The Pod "p" is invalid: spec: Forbidden: ')
    changed = [line for line in told.splitlines() if line[:1] == "+"]
    assert changed == [
        '+ "Volumes": null,',
        '+   "VolumeMounts": null,',
        '+ "ServiceAccountName": "",',
        '+ "NodeName": "",',
    ]


def test_replacing_by_force_deletes_and_creates() -> None:
    story = Story(pod(container()), seconds=5)
    uid = story.pod["metadata"]["uid"]
    assert story.node(put("--force")) == 'pod "p" deleted from default namespace\npod/p replaced\n'
    assert story.pod["metadata"]["uid"] != uid
    assert story.pod["spec"]["terminationGracePeriodSeconds"] == 2
    assert story.node(put("--force", "q")) == "No resources found\npod/q replaced\n"
    assert story.node(put("--grace-period=0")) == "error: --grace-period must have --force specified\n"


def test_what_has_no_name_cannot_be_applied() -> None:
    """Models kubectl pkg/cmd/apply; `create` lets the server make a name up."""
    story = Story(seconds=1)
    made = pod(container()) | {"metadata": {"generateName": "p-"}}
    text = json.dumps(made)
    refusal = "error: from p-: cannot use generate name with apply\n"
    assert story.node(f"echo '{text}' | kubectl apply -f -") == refusal
    assert story.simulation.act("apply", {"manifest": text}).output == refusal
    assert story.node(f"echo '{text}' | kubectl create -f -") == f"pod/{story.pod['metadata']['name']} created\n"
    nameless = json.dumps(made | {"metadata": {}})
    assert story.simulation.act("apply", {"manifest": nameless}).output == (
        'error: error when retrieving current configuration of:\nResource: "/v1, Resource=pods", GroupVersionKind: '
        '"/v1, Kind=Pod"\nName: "", Namespace: "default"\nfrom server for: "STDIN": resource name may not be empty\n'
    )


def test_a_patch_that_does_not_fit_is_refused_without_a_reason() -> None:
    """Models apimachinery pkg/api/errors NewGenericServerResponse."""
    story = Story(pod(container()), seconds=5)
    patch = '[{"op":"remove","path":"/spec/nope"}]'
    assert story.node(f"kubectl patch pod p --type=json -p '{patch}'") == (
        "The request is invalid: the server rejected our request due to an error in our request\n"
    )


def test_a_dry_run_of_run_prints_the_pod_without_the_namespace() -> None:
    """Models kubectl pkg/cmd/run createGeneratedObject."""
    story = Story(seconds=1)
    told = story.node("kubectl run a --image=nginx --dry-run=client -o yaml")
    assert "namespace" not in told
    assert told.endswith("  restartPolicy: Always\nstatus: {}\n")
    assert "  namespace: x\n" in story.node("kubectl run a --image=nginx --dry-run=client -o yaml -n x")


def test_a_pod_for_another_system_is_rejected() -> None:
    """Models pkg/kubelet/lifecycle/predicate.go rejectPodAdmissionBasedOnOSField."""
    story = Story(pod(container(), os={"name": "windows"}), seconds=5)
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "PodOSNotSupported")
    assert story.messages("PodOSNotSupported") == ["Failed to admit pod as the OS field doesn't match node OS"]


def test_logs_while_a_container_waits_to_be_started_again_are_those_of_its_last_run() -> None:
    """Models pkg/kubelet/kubelet_pods.go validateContainerLogStatus."""
    story = Story(pod(container("echo $HOSTNAME; exit 1")), seconds=2)
    while "waiting" not in story.container()["state"]:
        story.until(story.simulation.now / 1000 + 0.5)
    assert story.container()["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert story.node("kubectl logs p; kubectl logs p --previous") == "p\np\n"


def test_what_the_server_gives_is_not_taken_from_a_client() -> None:
    story = Story(pod(container()), seconds=5)
    copied = 'kubectl get pod p -o json | sed \'s/"name": "p"/"name": "q"/\''
    refused = story.node(f"{copied} | kubectl create --raw /api/v1/namespaces/default/pods -f -")
    assert refused.startswith("Error from server: resourceVersion should not be set")
    made = json.dumps(pod(container(), name="q") | {"metadata": {"name": "q", "uid": "mine", "generation": 7}})
    story.node(f"echo '{made}' | kubectl create -f -")
    meta = story.simulation.api.get("pods", "default", "q")["metadata"]
    assert meta["uid"] != "mine"
    assert meta["generation"] == 1


def test_string_data_of_a_changed_secret_is_encoded_too() -> None:
    """Models pkg/apis/core/v1/conversion.go, which every version of a Secret goes through."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "one"}}
    story = Story(secret, pod(container()), seconds=3)
    story.node("""kubectl patch secret s -p '{"stringData":{"b":"two"}}'""")
    kept = story.revisions("secrets")[-1].object
    assert kept["data"] == {"a": "b25l", "b": "dHdv"}
    assert "stringData" not in kept


def test_what_belongs_to_the_whole_cluster_has_no_namespace() -> None:
    """Models apiserver pkg/registry/rest/meta.go EnsureObjectNamespaceMatchesRequestNamespace."""
    story = Story(seconds=1)
    text = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high, namespace: x}, value: 10}"
    apply = f"echo '{text}' | kubectl apply -f -"
    assert story.node(apply) == "priorityclass.scheduling.k8s.io/high created\n"
    assert story.node(apply) == "priorityclass.scheduling.k8s.io/high configured\n"  # what is written is not there


def test_a_job_is_not_made_again_from_its_own_output() -> None:
    """Models pkg/apis/batch/validation/validation.go validateGeneratedSelector."""
    story = Story(seconds=1)
    story.node("kubectl create job j --image=busybox -- true; kubectl get job j -o yaml > j.yaml")
    story.node("kubectl delete job j")
    head, *told = story.node("kubectl create -f j.yaml").splitlines()
    assert head == 'The Job "j" is invalid: '
    assert [line.split(": ", 1)[0] for line in told] == [
        "* spec.template.metadata.labels[controller-uid]",
        "* spec.template.metadata.labels[batch.kubernetes.io/controller-uid]",
        "* spec.selector",
    ]
    assert told[-1].endswith(": `selector` not auto-generated")


def test_labels_named_by_key_become_part_of_the_selectors() -> None:
    """TestMutatePodAffinity and TestMutateTopologySpreadConstraints of pkg/registry/core/pod/strategy_test.go."""
    rule = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "zone"}
    spread = rule | {"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["version", "none"]}
    near = rule | {"matchLabelKeys": ["version"], "mismatchLabelKeys": ["team"]}
    spec: Json = {
        "topologySpreadConstraints": [spread],
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [near]}},
    }
    made = pod(container(), **spec)
    made["metadata"]["labels"] = {"version": "1", "team": "x"}
    kept = Story(made, seconds=1).pod
    (term,) = kept["spec"]["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    same = {"key": "version", "operator": "In", "values": ["1"]}
    other = {"key": "team", "operator": "NotIn", "values": ["x"]}
    assert kept["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"] == [same]
    assert term["labelSelector"]["matchExpressions"] == [same, other]
