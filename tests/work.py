"""How much work a call does: calls of functions, which no other program on the machine slows."""

import sys


def calls(function, *args, **kwargs):
    """Return how many functions a call enters, written in Python or in C."""
    count = 0

    def note(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function(*args, **kwargs)
    finally:
        sys.setprofile(before)
    return count


def growth(function, some, twice):
    """Return how many times the work for one input is done for another, twice as large."""
    return calls(function, twice) / calls(function, some)
