"""File systems: trees of nodes, image layers under them, mounts, open files, and a process's view of it all."""
