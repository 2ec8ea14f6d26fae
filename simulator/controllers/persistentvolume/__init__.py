"""Storage that outlives Pods: `controller` binds claims, `provisioner` makes volumes, `protection` keeps them."""

from simulator.controllers.persistentvolume.controller import PersistentVolumeController
from simulator.controllers.persistentvolume.protection import StorageProtection
from simulator.controllers.persistentvolume.provisioner import LocalPathProvisioner

__all__ = ["LocalPathProvisioner", "PersistentVolumeController", "StorageProtection"]
