"""Manifests that nobody prepared: names and numbers come from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Unhealthy:
    """A Pod whose container breaks `healthy_s` after each start and is then restarted by its liveness probe."""

    pod: str
    container: str
    healthy_s: int
    period_s: int
    failures: int
    grace_s: int

    @property
    def text(self) -> str:
        return f"""\
apiVersion: v1
kind: Pod
metadata:
  name: {self.pod}
spec:
  terminationGracePeriodSeconds: {self.grace_s}
  containers:
  - name: {self.container}
    image: busybox:1.36
    command: [sh, -c, "touch /tmp/fine; sleep {self.healthy_s}; rm -f /tmp/fine; sleep 3600"]
    livenessProbe:
      exec:
        command: [cat, /tmp/fine]
      periodSeconds: {self.period_s}
      failureThreshold: {self.failures}
"""


def unhealthy(random: Random) -> Unhealthy:
    letters = "abcdefghijklmnopqrstuvwxyz"
    word = "".join(random.choices(letters, k=7))
    return Unhealthy(
        pod=f"{word}-{random.randrange(10, 100)}",
        container="".join(random.choices(letters, k=5)),
        healthy_s=random.randrange(8, 20),
        period_s=random.randrange(2, 6),
        failures=random.randrange(2, 4),
        grace_s=random.randrange(1, 4),
    )


def healthy(name: str) -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  terminationGracePeriodSeconds: 2
  containers:
  - name: web
    image: nginx:1.27
    ports:
    - containerPort: 80
    readinessProbe:
      httpGet: {{path: /, port: 80}}
      periodSeconds: 2
"""


# Line 8 asks for a container without an image; line 10 has a misspelt field.
INVALID = """\
apiVersion: v1
kind: Pod
metadata:
  name: wrong
spec:
  restartPolicy: Sometimes
  containers:
  - name: web
    image: nginx:1.27
  - name: Web
    image: nginx:1.27
"""


# An init container, a sidecar, and an app that breaks 30 s after each start.
CHECKOUT = """\
apiVersion: v1
kind: Pod
metadata:
  name: checkout
spec:
  terminationGracePeriodSeconds: 20
  initContainers:
  - name: fetch-config
    image: busybox:1.36
    command: [sh, -c, "sleep 2; echo ready > /srv/index.html"]
    volumeMounts: [{name: site, mountPath: /srv}]
  - name: proxy
    image: nginx:1.27
    restartPolicy: Always
    readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 10}
    volumeMounts: [{name: site, mountPath: /usr/share/nginx/html, readOnly: true}]
  containers:
  - name: app
    image: busybox:1.36
    # It breaks 30 s after its start, and sh has no handler for SIGTERM.
    command: [sh, -c, "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"]
    livenessProbe:
      exec: {command: [cat, /tmp/healthy]}
      initialDelaySeconds: 5
      periodSeconds: 5
      failureThreshold: 3
    readinessProbe:
      exec: {command: [cat, /tmp/healthy]}
      periodSeconds: 5
      failureThreshold: 1
  volumes: [{name: site, emptyDir: {}}]
"""

# A Service with three Pods behind it, and a Pod that keeps failing.
SHOP = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - {name: nginx, image: "nginx:1.27", readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 2}}
---
apiVersion: v1
kind: Pod
metadata: {name: worker}
spec:
  containers: [{name: worker, image: "busybox:1.36", command: [sh, -c, "sleep 8; exit 1"]}]
"""
