"""The words of `sync` that every room speaks, so that views reach it through the models only."""

from __future__ import annotations

from sync import crockford
from sync.changes import Ref, Verb
from sync.engine import Files, Note, Report, Tally
from sync.members import Request
from sync.merge import EXISTENCE
from sync.roster.state import COORDINATOR, EVERYWHERE
from sync.values import ERASED, Value

__all__ = [
    "COORDINATOR",
    "ERASED",
    "EVERYWHERE",
    "EXISTENCE",
    "Files",
    "Note",
    "Ref",
    "Report",
    "Request",
    "Tally",
    "Value",
    "Verb",
    "crockford",
]
