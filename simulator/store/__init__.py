"""The object store: what the API server keeps, with resourceVersions and watches."""

from simulator.store.store import Change, Key, Store, key_of

__all__ = ["Change", "Key", "Store", "key_of"]
