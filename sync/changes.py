"""What a person did, as data: changes of records, gathered into transactions.

These are the objects commands write and the history reads. Merging looks at nothing else, so they
carry all a change means without any declaration of the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from sync.values import Value


class Verb(IntEnum):
    """What a change does to its record. The numbers are written in batches and never change."""

    CREATE = 1
    EDIT = 2
    DELETE = 3
    CLOSE = 4
    ADMIT = 5


class Ref(NamedTuple):
    """The id of a change: its log (16 bytes) and its sequence number there, from 0."""

    log: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Change:
    """One act on one record.

    `record` is the record's 16-byte id, unique with `kind` inside a space. `parent` is the
    owner's (kind, id), told at creation. `replaces` names, for each field of an EDIT, the heads
    that were shown; DELETE, CLOSE and ADMIT use the key "".
    """

    verb: Verb
    kind: str
    record: bytes
    parent: tuple[str, bytes] | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    replaces: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one command did in one space: applied whole or not at all.

    `at_ms` is the claimed clock in milliseconds since 1970 (UTC), `person` the 16-byte id of who
    did it, `command` the 16-byte id shared with the command's part in another space, if any, and
    `label` the command's name or "".
    """

    at_ms: int
    person: bytes
    command: bytes | None
    label: str
    changes: tuple[Change, ...]
