"""What can be taken along of a Pod or a cluster: each module makes one kind of file from a history. Pure.

`history` JSON that opens here again; `events` CSV; `trace` Chrome's trace events; `drawing` and `board` SVG, of a Pod
and of a cluster; `page` one HTML file.
"""
