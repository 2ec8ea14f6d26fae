"""The server as people start it: a process of its own, which can be killed and started again on the same data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`url` stays the same over a restart, as it would on a real machine."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """`name`: what the server is called in addresses; the browser has to be told where that is."""
        self.port = free_port()
        self._here = f"http://127.0.0.1:{self.port}"
        self.url = f"http://{name}" if name else self._here
        self._output = folder / "server.txt"
        self._environment = os.environ | {
            "VAR_DIR": str(folder),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            "ALLOWED_HOSTS": f"{name or 'localhost'},127.0.0.1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._process is None:
            self.run("manage.py", "migrate", "--verbosity", "0")
        with self._output.open("ab") as output:
            command = (
                *(sys.executable, "-m", "uvicorn", "podviz.asgi:application", "--port", str(self.port)),
                *("--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio"),
                *("--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "2"),
            )
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        self._wait_until_ready()

    def kill(self) -> None:
        """As a machine that loses power: no handler runs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace") if self._output.exists() else ""

    def run(self, *arguments: str, given: str = "") -> None:
        """Python, on the server's data."""
        done = subprocess.run(
            [sys.executable, *arguments],
            input=given,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self._here, timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not come up; it said:\n{self.output()}")
