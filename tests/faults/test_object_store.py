"""Images in an object store whose server and network fail: they are whole or not there, and nothing is a hole."""

import itertools
import random
import threading
from contextlib import suppress

import numpy as np
import pytest
from tests.faults.sizes import every, times

import ome_zarr
from ome_zarr.errors import ExistsError, NotFoundError, OmeZarrError, TargetError, UnreachableError
from ome_zarr.storage import retrying, waiting
from ome_zarr.storage.locate import locate
from ome_zarr.testing.object_server import Fault, ObjectServer

PIXELS = np.random.default_rng(0).integers(1, 999, (4, 40, 40)).astype("u2")
OTHER = PIXELS[::-1].copy()
WISHES = {"axes": "zyx", "scale_factors": [2], "chunks": 32, "workers": 2, "name": "x"}
BUSY = {"Retry-After": "0"}
PASSING = {
    "500": Fault("status", 500),
    "503": Fault("status", 503),
    "429": Fault("status", 429, BUSY),
    "reset": Fault("reset"),
    "stall": Fault("stall", seconds=0.25),
    "short": Fault("short"),
    "lost": Fault("lost"),
}
LASTING = {"403": Fault("status", 403), "500": Fault("status", 500), "reset": Fault("reset")}
PLANS = times(50, soak=2000)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(retrying, "_FIRST_PAUSE_S", 0.002)
    monkeypatch.setattr(waiting, "SILENT_S", 0.2)


@pytest.fixture(params=["s3fs", "obstore"])
def client(request, monkeypatch):
    """Which library reaches the server: how to name an image there."""
    if request.param == "obstore":
        monkeypatch.setattr("ome_zarr.storage.locate._fsspec_store", _not_installed)
    return {"s3fs": fsspec_store, "obstore": obstore_store}[request.param]


def _not_installed(url, options):
    del options
    raise ImportError(f"nothing reaches {url}")


def fsspec_store(server):
    place = {"endpoint_url": server.url, "region_name": "us-east-1"}
    return located({"key": "who", "secret": "hunter2", "client_kwargs": place})


def obstore_store(server):
    keys = {"access_key_id": "who", "secret_access_key": "hunter2", "region": "us-east-1"}
    return located({"endpoint": server.url, "client_options": {"allow_http": True}, **keys})


def located(options):
    return locate("s3://bucket/a.zarr", storage_options=options).store


def write(store, pixels=PIXELS, **options):
    return ome_zarr.write(pixels, store, **WISHES, **options)


def levels(store):
    """All pixels of an image."""
    return [level[:].tolist() for level in ome_zarr.open(store)]


def from_request(number, fault):
    """A plan by which everything goes wrong from a request on."""
    return lambda request: fault if request.number >= number else None


@pytest.fixture(scope="module")
def undisturbed():
    """All objects of an image that nothing disturbed."""
    with ObjectServer() as server:
        write(fsspec_store(server))
        return dict(server.objects)


@pytest.mark.parametrize("kind", PASSING)
def test_what_goes_wrong_once_is_done_again(client, undisturbed, kind):
    with ObjectServer(lambda request: PASSING[kind] if request.number % 9 == 4 else None) as server:
        store = client(server)
        write(store)
        assert server.objects == undisturbed
        assert np.array_equal(ome_zarr.open(store)[0][:], PIXELS)


@pytest.mark.parametrize("seed", range(PLANS))
def test_whatever_goes_wrong_an_image_is_whole_or_not_there_and_the_error_is_ours(undisturbed, seed):
    chance = random.Random(seed)
    rate = chance.choice([0.05, 0.2, 0.5])
    faults = [*PASSING.values(), Fault("status", 403), Fault("status", 409), Fault("status", 412)]

    def plan(request):
        del request
        return chance.choice(faults) if chance.random() < rate else None

    client = chance.choice([fsspec_store, fsspec_store, obstore_store])
    with ObjectServer(plan) as server, pytest.MonkeyPatch.context() as patched:
        patched.setattr(*("ome_zarr.storage.locate._fsspec_store", _not_installed)) if client is obstore_store else None
        store = client(server)
        failure = None
        try:
            write(store)
        except (UnreachableError, TargetError, ExistsError) as error:
            failure = error
        assert (failure is None) <= (server.objects == undisturbed)
        read = None
        with suppress(UnreachableError, NotFoundError, *([OmeZarrError] if failure else [])):
            read = levels(store)
        server.plan = None
        assert read is None or read == levels(store)
        assert "bucket/a.zarr/zarr.json" not in server.objects or server.objects.items() >= undisturbed.items()


@pytest.mark.parametrize("kind", LASTING)
def test_a_write_that_the_server_refuses_from_any_request_on_leaves_no_image(client, kind):
    with ObjectServer() as counting:
        write(client(counting))
        count = len(counting.requests)
    for number in range(0, count - 1, every(11)):
        with ObjectServer(from_request(number, LASTING[kind])) as server:
            with pytest.raises((UnreachableError, TargetError)) as caught:
                write(client(server))
            assert "hunter2" not in str(caught.value)
            assert "bucket/a.zarr/zarr.json" not in server.objects


@pytest.mark.parametrize("replaces", [False, True])
def test_what_is_visible_stays_whole_where_nothing_can_be_taken_back(client, replaces):
    with ObjectServer() as server:
        [write(client(server), OTHER) for _ in range(replaces)]
        old = set(server.objects)
        lost = []

        def plan(request):
            is_last = not lost and request.method == "PUT" and request.key == "bucket/a.zarr/zarr.json"
            lost.extend([request] * is_last)
            return Fault("lost") if is_last else Fault("reset") if lost else None

        server.plan = plan
        with pytest.raises(UnreachableError):
            write(client(server), overwrite=replaces)
        server.plan = None
        assert old < set(server.objects)
        assert np.array_equal(ome_zarr.open(client(server))[0][:], PIXELS)
        assert not ome_zarr.verify(client(server)).findings


@pytest.mark.parametrize("kind", LASTING)
def test_a_refusal_is_no_absence(client, undisturbed, kind):
    with ObjectServer() as server:
        server.objects.update(undisturbed)
        image = ome_zarr.open(client(server))
        assert image[0].shape == PIXELS.shape  # known before
        server.plan = from_request(0, LASTING[kind])
        with pytest.raises(UnreachableError, match=r"zarr\.json"):
            ome_zarr.open(client(server))
        with pytest.raises(UnreachableError, match="s0/c/0/"):
            image[0][:]
        server.plan = None
        assert np.array_equal(image[0][:], PIXELS)


@pytest.mark.parametrize("kind", LASTING)
def test_an_image_that_is_replaced_is_old_or_new_wherever_the_connection_ends(client, kind):
    with ObjectServer() as counting:
        write(client(counting))
        begun = len(counting.requests)
        write(client(counting), OTHER, overwrite=True)
        count = len(counting.requests) - begun
    with ObjectServer() as server:
        write(client(server))
        before, old = dict(server.objects), levels(client(server))
        with ObjectServer() as whole:
            write(client(whole), OTHER)
            new = levels(client(whole))
        found = []
        for number in range(0, count, every(7)):
            server.objects = dict(before)
            server.plan = from_request(len(server.requests) + number, LASTING[kind])
            with suppress(UnreachableError, TargetError):
                write(client(server), OTHER, overwrite=True)
            server.plan = None
            found.append(levels(client(server)))
        assert all(pixels in (old, new) for pixels in found)
        assert old in found
        assert new in found


def test_of_two_writers_at_once_one_wins_and_nothing_is_mixed(client):
    for _ in range(times(3, soak=100)):
        with ObjectServer() as server:
            start, outcomes = threading.Barrier(2), []

            def writer(pixels, server=server, start=start, outcomes=outcomes):
                store = client(server)
                start.wait()
                try:
                    write(store, pixels)
                    outcomes.append(pixels)
                except (TargetError, ExistsError) as error:
                    outcomes.append(error)

            threads = [threading.Thread(target=writer, args=(pixels,)) for pixels in (PIXELS, OTHER)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            assert len(outcomes) == 2
            won = [outcome for outcome in outcomes if isinstance(outcome, np.ndarray)]
            assert len(won) <= 1
            for pixels in won:
                assert np.array_equal(ome_zarr.open(client(server))[0][:], pixels)
            assert bool(won) == ("bucket/a.zarr/zarr.json" in server.objects)


def test_an_image_that_somebody_else_finished_meanwhile_stays(client):
    with ObjectServer() as server:

        def finish(event):
            del event
            server.objects["bucket/a.zarr/zarr.json"] = b"{}"

        with pytest.raises(ExistsError, match="somebody else"):
            write(client(server), on_event=finish)
        assert server.objects == {"bucket/a.zarr/zarr.json": b"{}"}


def test_two_that_replace_an_image_leave_one_of_their_own(client):
    with ObjectServer() as server:
        write(client(server))
        met = []

        def in_between(event):
            if type(event).__name__ == "TileDone" and not met:
                met.append(write(client(server), OTHER, overwrite=True))

        with pytest.raises((ExistsError, TargetError), match="somebody else"):
            write(client(server), PIXELS[:, ::-1].copy(), overwrite=True, on_event=in_between)
        assert np.array_equal(ome_zarr.open(client(server))[0][:], OTHER)


def test_over_http_what_goes_wrong_once_is_asked_again(undisturbed):
    faults = itertools.cycle(PASSING.values())
    with ObjectServer(lambda request: None if request.number % 3 else next(faults)) as server:
        server.objects.update(undisturbed)
        image = ome_zarr.open(f"{server.url}/bucket/a.zarr")
        assert np.array_equal(image[0][:], PIXELS)


@pytest.mark.parametrize("kind", [*LASTING, "stall"])
def test_over_http_a_refusal_is_no_absence(undisturbed, kind):
    with ObjectServer() as server:
        server.objects.update(undisturbed)
        image = ome_zarr.open(f"{server.url}/bucket/a.zarr")
        server.plan = from_request(0, {**LASTING, **PASSING}[kind])
        with pytest.raises(UnreachableError):
            image[0][:]
        with pytest.raises(UnreachableError):
            ome_zarr.open(f"{server.url}/bucket/a.zarr")
