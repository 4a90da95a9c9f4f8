"""Threads that share a list of things to do, and end together."""

import threading
import time
from functools import partial

import pytest

from ome_zarr.engine.crew import Crew, StoppedError


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_item_is_done_once(threads):
    done, lock = [], threading.Lock()

    def work(item):
        with lock:
            done.append(item)

    Crew().run(range(100), work, threads)
    assert sorted(done) == list(range(100))


def test_one_thread_is_the_caller_s_own():
    seen = []
    Crew().run([0], lambda _: seen.append(threading.current_thread()), 1)
    assert seen == [threading.current_thread()]


def test_items_are_begun_in_their_order():
    begun, lock = [], threading.Lock()

    def items():
        for number in range(50):
            with lock:
                begun.append(number)
            yield number

    Crew().run(items(), lambda _: None, 3)
    assert begun == list(range(50))


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(2)])
def test_the_error_of_a_thread_is_raised_and_the_rest_is_dropped(threads, error):
    done = []

    def work(item):
        if item == 5:
            raise error
        done.append(item)
        time.sleep(0.001)

    before = threading.active_count()
    with pytest.raises(type(error)) as caught:
        Crew().run(range(1000), work, threads)
    assert caught.value is error
    assert len(done) < 900
    assert threading.active_count() == before


def test_those_who_wait_are_told():
    crew, found = Crew(), []
    shelf = []

    def work(item):
        if item == 0:
            found.append(crew.wait_for(lambda: shelf[0] if shelf else None))
        else:
            crew.tell(lambda: shelf.append("there"))

    crew.run([0, 1], work, 2)
    assert found == ["there"]


def test_those_who_wait_are_released_by_an_error():
    crew, released = Crew(), []

    def work(item):
        if item == 1:
            raise ZeroDivisionError
        try:
            crew.wait_for(lambda: None)
        except StoppedError:
            released.append(True)
            raise

    with pytest.raises(ZeroDivisionError):
        crew.run([0, 1], work, 2)
    assert released == [True]


def test_an_error_of_the_list_itself_is_raised():
    def items():
        yield 1
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        Crew().run(items(), lambda _: None, 2)


def test_threads_without_an_item_do_what_another_one_shares():
    crew, both, by = Crew(), threading.Barrier(2, timeout=10), []

    def job(number):
        by.append(threading.current_thread().name)
        both.wait()  # passes only when two do jobs at the same time
        return number

    def work(item):
        results.extend(crew.share([partial(job, number) for number in range(item)]))

    results = []
    crew.run([4, 0], work, 2)
    assert results == [0, 1, 2, 3]
    assert len(set(by)) == 2


@pytest.mark.parametrize("threads", [1, 4])
def test_what_is_shared_comes_back_in_its_order_from_everyone(threads):
    crew, seen = Crew(), {}

    def work(item):
        seen[item] = crew.share([partial(int, item * 10 + n) for n in range(10)])

    crew.run(range(20), work, threads)
    assert seen == {item: list(range(item * 10, item * 10 + 10)) for item in range(20)}


@pytest.mark.parametrize("failing", range(6))
def test_an_error_in_something_shared_ends_the_work_whoever_did_it(failing):
    crew = Crew()

    def job(number):
        time.sleep(0.005)
        if number == failing:
            raise ValueError(number)

    with pytest.raises(ValueError, match=str(failing)):
        crew.run([6, 0], lambda item: crew.share([partial(job, number) for number in range(item)]), 2)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ome-zarr-")]


def test_nothing_shared_is_nothing():
    assert Crew().share([]) == []


def test_who_does_not_come_back_from_outside_is_not_waited_for_and_does_nothing_more(monkeypatch):
    monkeypatch.setattr("ome_zarr.engine.crew._PATIENCE_S", 0.1)
    crew, answer, done = Crew(), threading.Event(), []

    def work(item):
        if item == 1:
            raise ValueError(item)
        with crew.outside():
            answer.wait(20)
        done.append(item)

    with pytest.raises(ValueError, match="1"):
        crew.run(range(2), work, 2)
    (lost,) = [thread for thread in threading.enumerate() if thread.name.startswith("ome-zarr")]
    answer.set()
    lost.join(20)
    assert not lost.is_alive()
    assert done == []


def test_who_comes_back_from_outside_in_time_is_waited_for():
    crew = Crew()

    def work(item):
        if item == 1:
            raise ValueError(item)
        with crew.outside():
            time.sleep(0.3)

    before = threading.active_count()
    with pytest.raises(ValueError, match="1"):
        crew.run(range(2), work, 2)
    assert threading.active_count() == before


def test_an_error_outside_is_an_error():
    crew = Crew()

    def work(item):
        with crew.outside():
            raise ValueError(item)

    with pytest.raises(ValueError, match="0"):
        crew.run([0], work, 1)
