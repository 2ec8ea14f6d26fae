"""Virtual time: a clock and a queue of what is due. Knows nothing of Kubernetes.

Time is an integer, milliseconds since the start. What is due at the same moment happens in the order
in which it was scheduled.
"""

from simulator.engine.beat import Beat
from simulator.engine.clock import Engine, Timer
from simulator.engine.rng import Randoms
from simulator.engine.scope import Scope
from simulator.engine.task import Future, Steps, Task, all_of, within

__all__ = ["Beat", "Engine", "Future", "Randoms", "Scope", "Steps", "Task", "Timer", "all_of", "within"]
