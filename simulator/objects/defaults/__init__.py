"""What the API server fills in when a field is left out, and what admission adds to a Pod.

Every function changes the object it is given: a plain dict of API JSON, as decoding leaves it.
"""

from simulator.objects.defaults.admission import (
    SYSTEM_PRIORITIES,
    admit_pod,
    admit_pod_update,
    prioritize,
    second_default,
)
from simulator.objects.defaults.pods import default_pod, default_pod_template
from simulator.objects.defaults.table import default_object

__all__ = [
    "SYSTEM_PRIORITIES",
    "admit_pod",
    "admit_pod_update",
    "default_object",
    "default_pod",
    "default_pod_template",
    "prioritize",
    "second_default",
]
