"""Blocks: what is sealed as one batch, written as typed columns so that it travels small.

`docs/formats/block.md` describes the bytes. A receiver stores whole columns without making an
object of every change; the objects are there for whoever looks at single changes.
"""

from __future__ import annotations

from sync.columns.block import Block, Group, Header
from sync.columns.column import ABSENT, Absent, Column
from sync.columns.decoding import MAJOR, decode
from sync.columns.encoding import LEVEL, encode, redact
from sync.columns.limits import Limits

__all__ = [
    "ABSENT",
    "LEVEL",
    "MAJOR",
    "Absent",
    "Block",
    "Column",
    "Group",
    "Header",
    "Limits",
    "decode",
    "encode",
    "redact",
]
