"""The Pods that are measured."""

from __future__ import annotations

from simulator.objects.manifest import MAX_DOCUMENTS

# Three probes that keep passing: after the first minute nothing changes any more.
HEALTHY = """\
apiVersion: v1
kind: Pod
metadata: {name: healthy-NUMBER}
spec:
  containers:
  - name: web
    image: nginx:1.27
    ports: [{containerPort: 80}]
    startupProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}
    livenessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 10}
    readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}
"""

# Exits after a second, over and over; the kubelet's back-off makes most of its days a wait.
RESTARTING = """\
apiVersion: v1
kind: Pod
metadata: {name: restarting}
spec:
  containers:
  - name: app
    image: busybox:1.36
    command: [sh, -c, "sleep 1; exit 1"]
"""


def busy(count: int) -> str:
    """Pods in which something happens all the time: probes that write, fail and restart, and a shell that loops."""
    return "---\n".join(_BUSY.format(number=number) for number in range(count))


_BUSY = """\
apiVersion: v1
kind: Pod
metadata: {{name: busy-{number}}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: app
    image: busybox:1.36
    command: [sh, -c, "touch /tmp/ok; while sleep 2; do date >> /tmp/log; done"]
    livenessProbe: {{exec: {{command: [sh, -c, "date > /tmp/seen; test -f /tmp/ok"]}}, periodSeconds: 1}}
  - name: flaky
    image: busybox:1.36
    command: [sh, -c, "sleep 20; rm -f /tmp/none; sleep 600"]
    livenessProbe: {{exec: {{command: [cat, /tmp/none]}}, periodSeconds: 3}}
"""


def many(count: int, template: str = "") -> list[str]:
    """Pods that become Ready and stay so, plain ones or copies of `template`, in files as large as one may be."""
    pods = [(template or PLAIN).replace("NUMBER", str(number)) for number in range(count)]
    return ["---\n".join(pods[first : first + MAX_DOCUMENTS]) for first in range(0, count, MAX_DOCUMENTS)]


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-NUMBER}
spec:
  replicas: 10
  selector: {matchLabels: {app: web-NUMBER}}
  template:
    metadata: {labels: {app: web-NUMBER}}
    spec:
      containers:
      - name: web
        image: nginx:1.26
"""

PLAIN = """\
apiVersion: v1
kind: Pod
metadata: {name: plain-NUMBER}
spec:
  containers:
  - name: web
    image: nginx:1.27
"""
