"""A closed gate lets nothing through, and closing waits for what is under way."""

import pickle
import threading

import numpy as np
import pytest

from ome_zarr.engine.crew import StoppedError
from ome_zarr.engine.gate import Gate
from ome_zarr.geometry.region import Region


class Shelf:
    """A writer whose writes take as long as the test wants."""

    def __init__(self):
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.written = []

    def write(self, level, region, block):
        self.begun.set()
        self.may_end.wait(10)
        self.written.append(region)
        return block.nbytes


class Plain:
    """A writer that can be pickled."""

    def write(self, level, region, block):
        return block.nbytes

    def put(self, level, index, data):
        return len(data)


REGION = Region((0,), (4,))
BLOCK = np.zeros(4, "u2")


def test_an_open_gate_passes_blocks_on():
    assert Gate(Plain()).write(0, REGION, BLOCK) == 8
    assert Gate(Plain()).put(0, (0,), b"abc") == 3


def test_a_closed_gate_lets_nothing_through():
    shelf = Shelf()
    gate = Gate(shelf)
    gate.close()
    with pytest.raises(StoppedError):
        gate.write(0, REGION, BLOCK)
    assert shelf.written == []


def test_closing_waits_for_what_is_under_way():
    shelf = Shelf()
    gate = Gate(shelf)
    writing = threading.Thread(target=gate.write, args=(0, REGION, BLOCK))
    writing.start()
    shelf.begun.wait(10)
    closing = threading.Thread(target=gate.close)
    closing.start()
    closing.join(0.05)
    assert closing.is_alive()
    shelf.may_end.set()
    closing.join(10)
    writing.join(10)
    assert not closing.is_alive()
    assert shelf.written == [REGION]


def test_pickled_it_is_the_writer_itself():
    assert type(pickle.loads(pickle.dumps(Gate(Plain())))) is Plain
