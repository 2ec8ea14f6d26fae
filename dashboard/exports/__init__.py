"""What can be taken along of a Pod or a cluster: each module makes one kind of file from a history. Pure.

`history` JSON that opens here again; `events` CSV; `trace` Chrome's trace events; `drawing` SVG; `page` one HTML file.
"""
