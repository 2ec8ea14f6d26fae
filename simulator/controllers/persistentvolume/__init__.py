"""Storage that outlives Pods.

`controller` binds claims, `provisioner` makes volumes, `protection` keeps them, `expand` says that none grows.
"""

from simulator.controllers.persistentvolume.controller import PersistentVolumeController
from simulator.controllers.persistentvolume.expand import ExpandController
from simulator.controllers.persistentvolume.protection import StorageProtection
from simulator.controllers.persistentvolume.provisioner import LocalPathProvisioner

__all__ = ["ExpandController", "LocalPathProvisioner", "PersistentVolumeController", "StorageProtection"]
