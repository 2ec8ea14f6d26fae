"""Presenters: pure functions from a history to frozen view-models, and nothing else.

A `Story` reads one Pod's history entry by entry; a `PodPage` is that story at one moment, and makes its parts (row,
sentence, lanes, chain of causes, ...) when a template asks for them; a `ClusterPage` is the same of a whole cluster.
Words are made in the language that is active at that time.
"""
