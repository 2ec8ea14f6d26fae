"""How long things take on the modelled node, and the beats of its loops: measured on a real one, as data.

All values are milliseconds. Where a real node varies, a seeded draw stays within what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from simulator.engine import Beat

# the kubelet's watch of a Pod that was bound
WATCH_MS = 2
# status manager: GET and PATCH of one Pod's status; the next Pod's come after them
STATUS_WAKE_MS = 1
STATUS_PATCH_MS = 7
# volumes: how often SyncPod looks whether they are mounted, and how long the mounts take
VOLUME_POLL_MS = 300
SETUP_MS = 4
STATUS_RECONCILE_MS = 10_000
# The status of a mirror that came back goes with the next one of any Pod, and on the measured node there soon is one.
MIRROR_STATUS_MS = 660
EVICTION_MS = 10_000
NODE_STATUS_MS = 10_000
MANIFESTS_MS = 20_000
SNAPSHOTS_MS = 10_000
SANDBOX_MS = 65
SANDBOX_STOP_MS = 105
IMAGE_CHECK_MS = 1
CREATE_MS = 8
START_MS = 52
SIGNAL_MS = 15  # from the call of StopContainer to the signal: the runtime runs a program to send it
KILLED_MS = 25  # from a process's end to StopContainer's return
TEARDOWN_MS = 100  # volumes and cgroups of an ended Pod
ASK_MS = 8  # for the runtime's view of one Pod: a few calls
EXEC_MS = 15  # runtime's share of an exec, before the command runs
PULL_MS = (9, 16)  # of an image that is on the node already: only the manifest is asked for
PULL_FAILED_MS = 3
HOUSEKEEPING_MS = 2000
KUBELET_START_MS = 700  # from systemd's start of the process to its first look at its Pods; not measured
RUNTIME_START_MS = 300  # from systemd's start of containerd to its first answer; not measured
RUNTIME_CHECK_MS = 5000  # how often the kubelet asks the runtime how it is
SHUTDOWN_MS = 500  # from the command to the end of everything; not measured
BOOT_MS = 25_000  # from there to the start of the kubelet; not measured
FIRST_READY_MS = 300  # from the registration of a new node to its being ready; not measured
RELIST_MS = 1005  # a relist takes some milliseconds, and the next begins a second after its end
SYNC_BEAT_MS = 1000


@dataclass(frozen=True, slots=True)
class Beats:
    """The phases of a node's loops; they date from the kubelet's start, which is a matter of chance."""

    relist: Beat
    sync: Beat
    housekeeping: Beat
    reconcile: Beat  # of statuses
    eviction: Beat
    status: Beat  # of the node
    manifests: Beat  # of static Pods
    snapshots: Beat  # when the container runtime measures what containers have written

    @classmethod
    def draw(cls, random: Random) -> Beats:
        return cls(
            relist=Beat(random.randrange(RELIST_MS) - RELIST_MS, RELIST_MS),
            sync=Beat(random.randrange(SYNC_BEAT_MS) - SYNC_BEAT_MS, SYNC_BEAT_MS),
            housekeeping=Beat(random.randrange(HOUSEKEEPING_MS) - HOUSEKEEPING_MS, HOUSEKEEPING_MS),
            reconcile=Beat(random.randrange(STATUS_RECONCILE_MS) - STATUS_RECONCILE_MS, STATUS_RECONCILE_MS),
            eviction=Beat(random.randrange(EVICTION_MS) - EVICTION_MS, EVICTION_MS),
            status=Beat(random.randrange(NODE_STATUS_MS) - NODE_STATUS_MS, NODE_STATUS_MS),
            manifests=Beat(random.randrange(MANIFESTS_MS) - MANIFESTS_MS, MANIFESTS_MS),
            snapshots=Beat(random.randrange(SNAPSHOTS_MS) - SNAPSHOTS_MS, SNAPSHOTS_MS),
        )
