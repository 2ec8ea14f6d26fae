"""`kubectl apply` and `create` as test/cmd/apply.sh, create.sh and generic-resources.sh use them."""

import base64
import json

import pytest

from tests.simulator.stories import Story

POD = """cat > {file} <<'EOF'
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  labels: {{{labels}}}
spec:
  containers:
  - name: c
    image: nginx
EOF
"""


@pytest.fixture
def story() -> Story:
    """Two Pods in a folder, one of them in a folder below, and a third file that is no manifest."""
    story = Story()
    story.node("mkdir -p f/deep; echo x > f/notes.txt")
    story.node(POD.format(file="f/a.yaml", name="a", labels="keep: 'yes'"))
    story.node(POD.format(file="f/deep/b.yaml", name="b", labels="keep: 'yes'"))
    return story


def test_folders_are_read_and_those_below_only_if_that_is_asked_for(story: Story) -> None:
    assert story.node("kubectl apply -f f --dry-run=client") == "pod/a created (dry run)\n"
    assert story.node("kubectl apply -f f -R") == "pod/a created\npod/b created\n"
    assert story.node("mkdir e; kubectl apply -f e") == (
        "error: error reading [e]: recognized file extensions are [.json .yaml .yml]\n"
    )


@pytest.mark.parametrize("verb", ["create", "apply"])
def test_a_selector_chooses_among_what_files_say(story: Story, verb: str) -> None:
    story.node(POD.format(file="f/c.yaml", name="c", labels="keep: 'no'"))
    assert story.node(f"kubectl {verb} -f f -l keep=yes") == "pod/a created\n"
    assert story.node(f"kubectl {verb} -f f --validate=foo") == (
        'error: invalid - validate option "foo"; must be one of: strict (or true), warn, ignore (or false)\n'
    )


def test_what_was_applied_can_be_seen_and_set(story: Story) -> None:
    story.node("kubectl create -f f/a.yaml")
    assert story.node("kubectl apply view-last-applied pod a") == (
        "error: no last-applied-configuration annotation found on resource: a\n"
    )
    assert story.node("kubectl apply set-last-applied -f f/a.yaml").startswith(
        "error: no last-applied-configuration annotation found on resource: a, to create the annotation, run"
    )
    assert story.node("kubectl apply set-last-applied -f f/a.yaml --create-annotation") == "pod/a configured\n"
    assert story.node("kubectl apply set-last-applied -f f/a.yaml") == "set-last-applied a: no changes required.\n"
    assert "\n    image: nginx\n" not in story.node("kubectl apply view-last-applied pod a")
    assert '"image": "nginx"' in story.node("kubectl apply view-last-applied pod/a -o json")


def test_what_cannot_be_changed_is_made_anew_by_force(story: Story) -> None:
    story.node("kubectl create deployment web --image=nginx; kubectl get deploy web -o yaml > d.yaml")
    story.node("sed -i -e 's/app: web/app: other/' -e '/resourceVersion/d' -e '/uid/d' d.yaml")
    assert "field is immutable" in story.node("kubectl apply -f d.yaml 2>&1")
    uid = story.node("kubectl get deploy web -o jsonpath='{.metadata.uid}'")
    assert story.node("kubectl apply -f d.yaml --force").startswith("deployment.apps/web configured\n")
    assert story.node("kubectl get deploy web -o jsonpath='{.spec.selector.matchLabels.app}'") == "other"
    assert story.node("kubectl get deploy web -o jsonpath='{.metadata.uid}'") != uid


def test_prune_deletes_what_is_in_no_file_any_more(story: Story) -> None:
    story.node("kubectl apply -f f -R; kubectl create deployment other --image=nginx")
    assert story.node("kubectl apply -f f --prune").startswith(
        "error: all resources selected for prune without explicitly passing --all."
    )
    assert story.node("kubectl apply -f f --prune -l keep=yes") == "pod/a unchanged\npod/b pruned\n"
    assert story.node("kubectl apply -f f --server-side") == "pod/a serverside-applied\n"


def test_a_token_says_whose_it_is() -> None:
    """Models kubectl pkg/cmd/create/create_token_test.go."""
    story = Story()
    token = story.node("kubectl create token default --duration=20m")
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] == 1200
    assert claims["sub"].endswith(":default")
    assert story.node("kubectl create token nobody") == (
        'error: failed to create token: serviceaccounts "nobody" not found\n'
    )
    assert "may not specify a duration less than 10 minutes" in story.node("kubectl create token default --duration=1m")


@pytest.mark.parametrize(
    ("flags", "path", "text"),
    [
        ("--rule=foo.com/bar=svc1:8080,tls=my-cert", "{.spec.tls}", '[{"hosts":["foo.com"],"secretName":"my-cert"}]'),
        (
            "--rule=foo.com/*=svc:http --class=c",
            "{.spec}",
            '{"ingressClassName":"c","rules":[{"host":"foo.com","http":{"paths":[{"backend":{"service":{"name":"svc",'
            '"port":{"name":"http"}}},"path":"/","pathType":"Prefix"}]}}]}',
        ),
        ("--rule=a/=s:1 --rule=a/b=t:2", "{.spec.rules[*].http.paths[*].path}", "/ /b"),
        ("--default-backend=s:80", "{.spec.defaultBackend.service.port.number}", "80"),
        ("--rule=a/=s:1,tls --rule=b/=s:1,tls", "{.spec.tls[*].hosts}", '["a","b"]'),
    ],
)
def test_an_ingress_is_made_from_rules(flags: str, path: str, text: str) -> None:
    """Models kubectl pkg/cmd/create/create_ingress_test.go."""
    assert Story().node(f"kubectl create ingress x {flags} -o jsonpath='{path}'") == text


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("", "not enough information provided: every ingress has to either specify a default-backend"),
        ("--rule=foo", "rule foo is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"),
        ("--default-backend=s", "default-backend should be in format servicename:serviceport"),
        ("--default-backend=s:1 --annotation=x", "annotation x is invalid and should be in format key=[value]"),
    ],
)
def test_an_ingress_that_says_too_little_is_refused(flags: str, message: str) -> None:
    assert Story().node(f"kubectl create ingress x {flags}").startswith(f"error: {message}")


def test_a_dry_run_prints_what_go_writes_of_an_object() -> None:
    """Models kubectl pkg/cmd/create/create_deployment_test.go and create_service_test.go."""
    story = Story()
    text = story.node("kubectl create deployment d --image=nginx --dry-run=client -o yaml")
    assert "\n  strategy: {}\n" in text
    assert text.endswith("        name: nginx\n        resources: {}\nstatus: {}\n")
    text = story.node("kubectl create service clusterip s --tcp=80 --dry-run=client -o yaml")
    assert text.endswith("  type: ClusterIP\nstatus:\n  loadBalancer: {}\n")
    assert story.node("kubectl create ns ns --dry-run=client -o yaml").endswith("  name: ns\nspec: {}\nstatus: {}\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("create cm c --from-literal='a b=c'", 'error: "a b" is not a valid key name for a ConfigMap: a valid config'),
        ("create secret generic s --from-literal=k#1=v", 'error: "k#1" is not valid key name for a Secret a valid'),
        ("create cm c --from-env-file=e", 'error: "1key" is not a valid key name: a valid environment variable name'),
        ("create nonsense", 'Error: must specify one of -f and -k\n\nerror: unknown command "nonsense"\n'),
        ("run p --image=nginx --env=A", "error: invalid env: A\n"),
        ("run p --image=nginx --image-pull-policy=Often", "error: invalid image pull policy: Often\n"),
        ("scale deploy --replicas=2 --all", "error: no objects passed to scale\n"),
        ("logs p --since-time=noon", 'error: parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon"'),
        ("logs p --since=-1s", "error: --since must be greater than 0\n"),
    ],
)
def test_what_kubectl_refuses_by_itself(line: str, message: str) -> None:
    """Models kubectl pkg/cmd/{create,run,logs}."""
    assert Story().node(f"echo 1key=x > e; kubectl {line}").startswith(message)


def test_a_file_of_variables_may_leave_values_to_the_environment() -> None:
    """Models kubectl pkg/cmd/util/env_file_test.go."""
    story = Story()
    story.node("printf '# no\\n  A=b \\nHOME\\n' > e; kubectl create cm c --from-env-file=e")
    assert story.node("kubectl get cm c -o jsonpath='{.data}'") == '{"A":"b ","HOME":"/root"}'


def test_the_server_says_what_it_would_say(story: Story) -> None:
    """Models test/cmd/apply.sh and create.sh: a dry run of the server is admitted and validated, and kept nowhere."""
    assert story.node("kubectl create -f f --dry-run=server") == "pod/a created (server dry run)\n"
    assert story.node("kubectl get pods") == "No resources found in default namespace.\n"
    story.node(POD.format(file="bad.yaml", name="POD-B", labels=""))
    assert story.node("kubectl create -f bad.yaml --dry-run=client") == "pod/POD-B created (dry run)\n"
    assert 'Invalid value: "POD-B"' in story.node("kubectl apply -f bad.yaml --dry-run=server")
    assert story.node("kubectl create cm c -n nowhere --dry-run=server") == (
        'error: failed to create configmap: namespaces "nowhere" not found\n'
    )
    story.node("kubectl apply -f f")
    assert "already exists" in story.node("kubectl create -f f --dry-run=server")
    assert "pod updates may not change" in story.node(
        'kubectl patch pod a --dry-run=server -p \'{"spec":{"hostname":"x"}}\''
    )
    assert story.node("kubectl create deployment d --image=i --dry-run=server -o jsonpath='{.spec.strategy.type}'") == (
        "RollingUpdate"
    )


def test_what_a_file_only_names_is_not_validated(story: Story) -> None:
    """Models test/cmd/generic-resources.sh."""
    story.node("kubectl apply -f f; sed -i 's/image:/imag:/' f/a.yaml; echo 'ind: Pod' > k.yaml")
    assert story.node("kubectl get -f f -o name") == "pod/a\n"
    assert story.node("kubectl get -f f -o name -w --request-timeout=1") == "pod/a\n"
    assert story.node("kubectl delete -f f --now") == 'pod "a" deleted from default namespace\n'
    assert story.node("kubectl create -f k.yaml").startswith(
        'error: error validating "k.yaml": error validating data: '
    )
    assert story.node("kubectl delete -f k.yaml") == (
        'error: unable to decode "k.yaml": Object \'Kind\' is missing in \'{"ind":"Pod"}\'\n'
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("pods --field-selector=spec.foo=x", "field label not supported: spec.foo"),
        ("deploy --field-selector=status.replicas=1", '"status.replicas" is not a known field selector: only '
         '"metadata.name", "metadata.namespace"'),
        ("jobs --field-selector=status.active=1", 'field label "status.active" not supported for Job'),
    ],
)  # fmt: skip
def test_a_field_that_nobody_can_select_by_is_refused(line: str, why: str) -> None:
    """Models pkg/apis/core/v1/conversion_test.go and cli-runtime pkg/resource/selector.go."""
    answer = Story().node(f"kubectl get {line}")
    assert answer.startswith('Error from server (BadRequest): Unable to find "')
    assert answer.endswith(f": {why}\n")


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ('{"spec":{"taints":"x"}}', "cannot restore slice from string\n"),
        ('{"metadata":{"labels":7}}', "cannot restore map from int64\n"),
        ('{"spec":{"podCIDR":7}}', "cannot convert int64 to string\n"),
        ('{"spec":{"taints":[{"key":"a"}]}}', "metadata.taints[0].effect: Required value\n"),
        (
            '{"spec":{"taints":[{"key":"a","effect":"b"}]}}',
            'supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"\n',
        ),
    ],
)
def test_a_node_stays_readable(patch: str, message: str) -> None:
    """Models pkg/apis/core/validation/validation_test.go TestValidateNodeUpdate."""
    story = Story()
    assert story.node(f"kubectl patch node node1 -p '{patch}'").endswith(message)
    assert story.node('kubectl patch node node1 -p \'{"spec":{"unschedulable":true}}\'') == "node/node1 patched\n"
