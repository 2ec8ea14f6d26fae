"""A container's log."""

from __future__ import annotations

from simulator.containers import Log
from simulator.containers.log import MAX_LINES
from simulator.engine import Engine


def at(engine: Engine, ms: int) -> None:
    engine.run_until(ms)


def test_lines_are_complete_and_streams_do_not_mix() -> None:
    engine = Engine()
    log = Log(engine)
    heard: list[tuple[str, bytes]] = []
    log.listeners.append(lambda stream, data: heard.append((stream, data)))
    log.write("stdout", "one\ntw")
    at(engine, 5)
    log.write("stderr", "oops\n")
    log.write("stdout", "o\nrest")
    assert [(line.at_ms, line.text) for line in log.lines()] == [(0, "one"), (5, "oops"), (5, "two")]
    log.finish()
    assert log.text() == "one\noops\ntwo\nrest"
    assert len(heard) == 3


def test_what_kubectl_logs_can_ask_for() -> None:
    engine = Engine()
    log = Log(engine)
    for second in range(5):
        at(engine, second * 1000)
        log.write("stdout", f"line {second}\n")
    assert log.text(tail=2) == "line 3\nline 4\n"
    assert log.text(tail=0) == ""
    assert log.text(tail=99) == log.text(tail=-1) == log.text()
    assert log.text(since_ms=3000) == "line 3\nline 4\n"
    assert log.text(limit_bytes=6) == "line 0"
    assert log.text(tail=1, stamp=lambda ms: f"@{ms}") == "@4000 line 4\n"
    assert log.text(stream="stderr") == ""


def test_repeats_come_in_the_order_of_time() -> None:
    engine = Engine()
    log = Log(engine)
    ones = log.repeat(lambda ms: [("stdout", f"a {ms}")], 10, 20)
    log.repeat(lambda ms: [("stdout", f"b {ms}")], 15, 30)
    at(engine, 40)
    log.write("stdout", "written\n")
    at(engine, 60)
    ones.stop(50)
    at(engine, 80)
    assert log.text().splitlines() == ["a 10", "b 15", "a 30", "written", "b 45", "b 75"]


def test_old_lines_go_when_there_are_too_many() -> None:
    engine = Engine()
    log = Log(engine)
    log.repeat(lambda ms: [("stdout", str(ms))], 1, 1)
    at(engine, 10 * MAX_LINES)
    lines = log.lines()
    assert len(lines) == MAX_LINES
    assert lines[-1].text == str(10 * MAX_LINES)
    log.write("stdout", "x" * (11 << 20) + "\n")
    assert log.lines() == []
