"""How fast podviz is, beside what the machine itself can do. `make bench` prints it all in one run."""
