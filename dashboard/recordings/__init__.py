"""Histories that come back as files: read strictly, entry by entry, and opened as clusters in which time is over.

`shapes` what a file may hold; `reading` one of ours; `foreign` what a watch of a real cluster recorded; `opening` makes
a cluster of it. A file is hostile until all of it was read.
"""
