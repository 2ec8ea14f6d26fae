"""Go templates, as `-o go-template` runs them over an object."""

from simulator.kubectl.go_template.evaluate import ExecutionError, render
from simulator.kubectl.go_template.functions import value_text
from simulator.kubectl.go_template.parse import Template, TemplateError, parse

__all__ = ["ExecutionError", "Template", "TemplateError", "parse", "render", "value_text"]
