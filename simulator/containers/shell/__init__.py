"""A POSIX shell over virtual time: ash, dash and (the common part of) bash.

tree-sitter-bash gives the structure of a text (`parse.py`), words are read by `words.py`, and the evaluator
runs the nodes by a table of handlers (`dispatch.py`), one generator each, so that any of them may block.
"""

from simulator.containers.shell import condition, evaluate, pipeline, simple_command
from simulator.containers.shell.main import sh

# The modules register their handlers when they are imported.
HANDLER_MODULES = (condition, evaluate, pipeline, simple_command)

__all__ = ["HANDLER_MODULES", "sh"]
