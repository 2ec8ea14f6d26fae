"""`python manage.py simulate FILE`: run a manifest or a scenario file, and print what happened."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from simulator.objects import Scenario, read_manifest, read_scenario


class Command(BaseCommand):
    help = "Run a manifest or a scenario file in virtual time, without a database, and print what happened."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a manifest or scenario file, or - for standard input")
        parser.add_argument("--json", action="store_true", help="print what a recording of a real cluster holds")
        parser.add_argument("--until", type=float, metavar="SECONDS", help="stop here, not at the scenario's duration")
        parser.add_argument(
            "--earlier",
            type=int,
            default=0,
            metavar="TIMES",
            help="how often the cluster has run it before (default 0)",
        )
        parser.add_argument("--seed", type=int, default=0, help="of all chance (default 0)")

    def handle(self, *args: Any, **options: Any) -> None:
        from dashboard.recording import lines, recording, run

        scenario = _read(options["file"])
        done = run(scenario, until=options["until"], seed=options["seed"], earlier=options["earlier"])
        applied = next(action for action in done.actions if "due" not in action)
        if options["json"]:
            self.stdout.write(json.dumps(recording(done), ensure_ascii=False, separators=(",", ":")))
        else:
            for line in lines(done):
                self.stdout.write(line)
        self._tell_what_is_missing(options["file"], scenario)
        if applied["code"]:
            raise CommandError("the manifest was refused", returncode=applied["code"])

    def _tell_what_is_missing(self, file: str, scenario: Scenario) -> None:
        for note in read_manifest(scenario.manifests, first_line=scenario.first_line).notes:
            self.stderr.write(f"{file}:{note.line}: {note.message}: {note.remedy}")


def _read(file: str) -> Scenario:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {file}: {error}") from error
    scenario = read_scenario(text, name="pod")
    for problem in scenario.problems:
        raise CommandError(f"{file}:{problem.line}: {problem.message}")
    return scenario
