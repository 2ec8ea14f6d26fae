"""How long a controller's calls take. Models staging/src/k8s.io/client-go/util/flowcontrol."""

from __future__ import annotations

from simulator.controllers.client import BURST, CALL_MS, TOKEN_MS, Call, Client, together
from simulator.engine import Engine
from simulator.objects.errors import ApiError
from simulator.simulation import Simulation


def client() -> tuple[Client, Engine]:
    simulation = Simulation()
    return Client(simulation.engine, simulation.api), simulation.engine


def test_a_burst_of_calls_waits_for_nothing_and_the_rest_come_at_a_steady_rate() -> None:
    caller, _engine = client()
    waits = [caller.turn() for _ in range(BURST + 3)]
    assert waits[:BURST] == [CALL_MS] * BURST
    assert waits[BURST:] == [CALL_MS + n * TOKEN_MS for n in (1, 2, 3)]


def test_the_allowance_comes_back_with_time_and_is_never_more_than_a_burst() -> None:
    caller, engine = client()
    for _ in range(BURST):
        caller.turn()
    engine.run_until(10 * TOKEN_MS)
    assert [caller.turn() for _ in range(11)][-2:] == [CALL_MS, CALL_MS + TOKEN_MS]
    engine.run_until(1_000_000)
    assert [caller.turn() for _ in range(BURST + 1)][-2:] == [CALL_MS, CALL_MS + TOKEN_MS]


def test_calls_that_are_made_together_end_each_at_its_own_time() -> None:
    def call(wait: int, result: int) -> Call[int]:
        yield wait
        if not result:
            raise ApiError(403, "Forbidden", "no")
        return result

    made = together(call(wait, result) for wait, result in ((30, 1), (10, 2), (10, 0)))
    waits = []
    while True:
        try:
            waits.append(next(made))
        except StopIteration as ended:
            results = ended.value
            break
    assert waits == [10, 20]
    assert [str(result) for result in results] == ["2", "no", "1"]
