"""How much of the fault tests is done: a part at every change, all of it before a release."""

import os

SOAK = os.environ.get("OME_ZARR_SOAK") == "1"


def every(usual):
    """The step between the operations that are tried; 1 in a soak."""
    return 1 if SOAK else usual


def times(usual, soak):
    """How often something at random is tried."""
    return soak if SOAK else usual
