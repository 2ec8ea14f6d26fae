"""Virtual time: order, causes, tasks."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import Engine, Future, Randoms, Scope, Steps, Task, all_of, within


def test_what_is_due_at_the_same_moment_happens_in_the_order_it_was_scheduled() -> None:
    engine = Engine()
    seen: list[str] = []
    for name in "abc":
        engine.at(10, seen.append, name)
    engine.at(5, seen.append, "first")
    engine.run_until(10)
    assert seen == ["first", "a", "b", "c"]
    assert engine.now == 10


def test_a_cancelled_call_never_runs_and_does_not_count_as_due() -> None:
    engine = Engine()
    seen: list[str] = []
    timer = engine.after(5, seen.append, "never")
    timer.cancel()
    assert engine.next_at() is None
    engine.run_until(100)
    assert seen == []


def test_a_call_inherits_the_cause_that_was_current_when_it_was_scheduled() -> None:
    engine = Engine()
    causes: list[int] = []
    engine.cause = 7
    engine.after(5, lambda: causes.append(engine.cause))
    engine.cause = 0
    engine.run_until(5)
    assert causes == [7]
    assert engine.cause == 0


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.lists(st.integers(0, 1000), max_size=5))
def test_advancing_in_pieces_is_advancing_at_once(times: list[int], stops: list[int]) -> None:
    def run(pieces: list[int]) -> list[tuple[int, int]]:
        engine = Engine()
        seen: list[tuple[int, int]] = []
        for index, when in enumerate(times):
            engine.at(when, lambda i=index: seen.append((engine.now, i)))
        for piece in pieces:
            engine.run_until(piece)
        return seen

    assert run([1000]) == run([*sorted(stops), 1000])


def test_a_task_waits_for_time_and_for_futures_and_gives_what_it_returns() -> None:
    engine = Engine()
    answer: Future[str] = Future()

    def work() -> Steps[str]:
        yield 10
        got = yield answer
        yield 5
        return f"{got} at {engine.now}"

    task = Task(engine, work())
    engine.after(30, answer.resolve, "yes")
    engine.run_until(100)
    assert task.value == "yes at 35"


def test_a_task_keeps_its_cause_across_waits_unless_a_newer_one_wakes_it() -> None:
    engine = Engine()
    causes: list[int] = []
    answer: Future[None] = Future()

    def work() -> Steps[None]:
        yield 10
        causes.append(engine.cause)
        yield answer
        causes.append(engine.cause)

    engine.cause = 3
    Task(engine, work())
    engine.cause = 9
    engine.after(20, answer.resolve, None)
    engine.run_until(50)
    assert causes == [3, 9]


def test_all_of_waits_for_the_last() -> None:
    engine = Engine()
    futures: list[Future[int]] = [Future(), Future()]
    together = all_of(futures)
    engine.after(5, futures[1].resolve, 2)
    engine.after(9, futures[0].resolve, 1)
    engine.run_until(8)
    assert not together.done
    engine.run_until(9)
    assert together.value == [1, 2]
    assert all_of([]).done


def test_within_tells_whether_it_came_in_time() -> None:
    engine = Engine()
    early: Future[None] = Future()
    late: Future[None] = Future()
    in_time, too_late = within(engine, early, 10), within(engine, late, 10)
    engine.after(9, early.resolve, None)
    engine.after(11, late.resolve, None)
    engine.run_until(20)
    assert (in_time.value, too_late.value) == (True, False)


def test_chance_has_one_stream_a_purpose() -> None:
    one, two = Randoms(1), Randoms(1)
    first = [one("a").random() for _ in range(3)]
    two("b").random()
    assert [two("a").random() for _ in range(3)] == first
    assert Randoms(2)("a").random() != first[0]


def test_a_wait_that_was_given_up_leaves_nothing_behind() -> None:
    engine, never = Engine(), Future[None]()
    for _ in range(3):
        within(engine, never, 10)
        engine.run_until(engine.now + 10)
    assert never._waiting == []


def test_an_ended_scope_runs_nothing_more_and_others_go_on() -> None:
    engine = Engine()
    scope, other = Scope(engine), Scope(engine)
    seen: list[str] = []
    for owner, name in ((scope, "ended"), (other, "other"), (engine, "engine")):
        owner.after(10, seen.append, name)
    engine.after(5, scope.end)
    engine.after(6, scope.after, 1, seen.append, "too late")
    engine.run_until(20)
    assert seen == ["other", "engine"]


def test_a_timer_does_not_keep_what_it_has_called() -> None:
    engine = Engine()
    timer = engine.after(1, list, [1])
    engine.run_until(1)
    assert (timer.pending, timer.args) == (False, ())
