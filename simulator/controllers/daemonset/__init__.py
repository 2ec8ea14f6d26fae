"""DaemonSets: `controller` watches and acts, `manage` and `update` decide, `placement` says where Pods belong."""

from simulator.controllers.daemonset.controller import DaemonSetController

__all__ = ["DaemonSetController"]
