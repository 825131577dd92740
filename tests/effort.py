"""How much work something is, counted and not timed: the same on every machine, however busy."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any


def effort(work: Callable[[], object]) -> int:
    """The calls and returns of functions, Python's and C's, that a piece of work takes."""
    count = 0

    def note(*_event: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def peak(work: Callable[[], object]) -> int:
    """The most bytes that a piece of work holds at once.

    Not to be asked within ``effort``: who counts steps holds on to what they held.
    """
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def statements(connection: Any, work: Callable[[], object]) -> int:
    """How many statements a piece of work has a database run."""
    said: list[str] = []
    connection.set_trace_callback(said.append)
    work()
    connection.set_trace_callback(None)
    return len(said)
