"""The keys of spaces: a new epoch where somebody may not read on, and where two were begun at once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence

from app.i18n import _
from app.models.ledger.sealing import KeyAwaited
from app.models.project import Project
from app.models.roster_writing import write_entry
from sync import members
from sync.crypto import KEY_BYTES
from sync.ids import random_id
from sync.roster import EntryType


def new_epoch(project: Project, space: bytes) -> tuple[bytes, bytes]:
    """Begin a new epoch of a space; the keys before it are carried under its own.

    Raises KeyAwaited where one of these is still to come.
    """
    epoch, key = random_id(), os.urandom(KEY_BYTES)
    before = project.roster.view().current_epochs(space)
    parents = {
        parent.hex(): members.seal_parent(key, epoch, parent, old)
        for parent, old in _keys_before(project, before)
    }
    if before and not parents:
        # A key that opens nothing of before is one that nobody could tell from an invented one.
        raise KeyAwaited(_("The key of this space has not reached this laptop yet."))
    write_entry(project, EntryType.EPOCH, {"space": space, "epoch": epoch, "parents": parents})
    project.store.run("INSERT INTO epochs VALUES(?,?,?)", (epoch, space, key))
    return epoch, key


def _keys_before(project: Project, epochs: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The epochs that a new one follows, with their keys.

    One whose key went with who began it is left out, and those before it are followed instead: else
    nobody could write in that space ever again.
    """
    view = project.roster.view()
    for epoch in epochs:
        begun, key = view.epochs.get(epoch), project.store.epoch_key(epoch)
        author = view.members.get(begun.author) if begun else None
        if key is not None:
            yield epoch, key
        elif author is not None and author.is_active:
            raise KeyAwaited(_("The key of this space has not reached this laptop yet."))
        elif begun is not None:
            yield from _keys_before(project, [bytes.fromhex(one) for one in begun.body["parents"]])


def renew(project: Project) -> bool:
    """Begin a new epoch of each space whose epochs are all open to somebody who may not read on.

    So it is where two coordinators shut somebody out without knowing of each other: each began an
    epoch, and gave its key to whom only the other had shut out. Whoever knows of both begins a third;
    whether one was begun comes back. Where a key has not come yet, the next sync tries again.
    """
    if not project.is_coordinator or project.store.meta("must_sync"):
        return False
    view, was = project.roster.view(), len(project.roster)
    for space in view.spaces:
        exposed = [view.exposure(space, epoch) for epoch in view.current_epochs(space)]
        if exposed and all(exposed):
            # A key that has not come yet comes with a later sync.
            with contextlib.suppress(KeyAwaited):
                new_epoch(project, space)
    return len(project.roster) > was
