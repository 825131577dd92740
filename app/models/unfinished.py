"""Records begun and not complete: what was typed is kept on this laptop until it can be one.

They lie in the draft journal as interviews do, so that hiding, locking or a power cut loses
nothing of a form that still lacks a required field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from app.models import drafts
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.project import Project
from sync.values import Value


def name_of(kind: str, owner: RecordKey | None) -> bytes:
    """The draft's id: of one kind under one owner there is one begun at a time."""
    named = f"{kind} {owner.kind} {owner.id.hex()}" if owner is not None else kind
    return hashlib.blake2b(named.encode(), digest_size=16).digest()


def keep(
    project: Project,
    kind: str,
    owner: RecordKey | None,
    space: bytes | None,
    values: Mapping[str, Value],
) -> Draft:
    """Write what was typed through to the disk; returns it as kept."""
    now = project.ledger.now_ms()
    home = owner.space if owner is not None else space or project.roster.common
    named: Value = [owner.kind, owner.id.hex()] if owner is not None else None
    body: dict[str, Value] = {"values": dict(values), "owner": named}
    return drafts.keep(project, Draft(name_of(kind, owner), kind, home, now, now, body))


def find(project: Project, kind: str, owner: RecordKey | None) -> Draft | None:
    """The record of a kind begun under an owner, None when there is none."""
    return drafts.find(project, name_of(kind, owner))


def owner_of(draft: Draft) -> RecordKey | None:
    """The record it is to belong to, None for one that stands alone."""
    named = draft.body.get("owner")
    if not isinstance(named, list):
        return None
    kind, record = map(str, named)
    return RecordKey(draft.space, kind, bytes.fromhex(record))


def values(draft: Draft) -> dict[str, Value]:
    """What was typed of it."""
    kept = draft.body.get("values")
    return dict(kept) if isinstance(kept, dict) else {}
