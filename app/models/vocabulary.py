"""The words of `sync` that every room speaks, so that views reach it through the models only."""

from __future__ import annotations

from sync import crockford
from sync.changes import Ref, Verb
from sync.engine import Note, Report, Tally
from sync.members import Request
from sync.merge import EXISTENCE
from sync.roster.state import EVERYWHERE
from sync.values import Value

__all__ = [
    "EVERYWHERE",
    "EXISTENCE",
    "Note",
    "Ref",
    "Report",
    "Request",
    "Tally",
    "Value",
    "Verb",
    "crockford",
]
