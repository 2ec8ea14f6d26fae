"""The shell and the utilities against what real shells printed, script by script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.simulator.containers.scripts import run_script

TRUTHS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("shell_truths.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(truth["script"], shell, truth.get(shell, truth.get("all")), id=f"{shell}-{number}")
    for number, truth in enumerate(TRUTHS)
    for shell in ("ash", "dash", "bash")
    if shell in truth or "all" in truth
]


@pytest.mark.parametrize(("script", "shell", "expected"), CASES)
def test_a_script_does_what_a_real_shell_did(script: str, shell: str, expected: dict[str, Any]) -> None:
    result = run_script(script, shell)
    told = (result.out, result.err, result.code)
    assert told == (expected.get("out", ""), expected.get("err", ""), expected.get("code", 0))
