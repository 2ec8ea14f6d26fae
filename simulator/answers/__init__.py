"""How long things can take at the least and at the most, worked out from a Pod's specification alone.

No simulation is run for it: each answer is a sum of parts, and each part names the field that it comes from. What the
kubelet itself adds is what simulator.kubelet would take. Tests hold the answers against simulated runs.
"""

from simulator.answers.ladder import RESET_MS, Wait
from simulator.answers.parts import Answer, Part, Question, Span, What
from simulator.answers.pod import ContainerAnswers, PodAnswers, pod_answers

__all__ = [
    "RESET_MS",
    "Answer",
    "ContainerAnswers",
    "Part",
    "PodAnswers",
    "Question",
    "Span",
    "Wait",
    "What",
    "pod_answers",
]
