"""The keys of spaces: a new epoch where somebody may not read on, and where two were begun at once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping

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

    Raises KeyAwaited where none of these is here.
    """
    current = project.roster.view().current_epochs(space)
    before = _keys_before(project, current)
    if current and not before:
        # A key that opens nothing of before is one that nobody could tell from an invented one.
        raise KeyAwaited(_("The key of this space has not reached this laptop yet."))
    return _begin(project, space, before)


def begin_anew(project: Project, space: bytes) -> tuple[bytes, bytes]:
    """Begin an epoch of a space that follows no other, for nobody has the keys of those.

    The space is to be named under it by the same author: that is what its key is known by.
    """
    return _begin(project, space, {})


def _begin(project: Project, space: bytes, before: Mapping[bytes, bytes]) -> tuple[bytes, bytes]:
    epoch, key = random_id(), os.urandom(KEY_BYTES)
    parents = {
        parent.hex(): members.seal_parent(key, epoch, parent, old) for parent, old in before.items()
    }
    write_entry(project, EntryType.EPOCH, {"space": space, "epoch": epoch, "parents": parents})
    project.store.run("INSERT INTO epochs VALUES(?,?,?)", (epoch, space, key))
    return epoch, key


def _keys_before(project: Project, epochs: Iterable[bytes]) -> dict[bytes, bytes]:
    """The keys of the epochs that a new one follows.

    Instead of one whose key is not here those before it are followed: it may have gone with who
    began it, and nobody is to wait for that. Should it come yet, both are current, and both are read.
    """
    view, found = project.roster.view(), dict[bytes, bytes]()
    for epoch in epochs:
        key = project.store.epoch_key(epoch)
        if key is not None:
            found[epoch] = key
        else:
            parents = map(bytes.fromhex, view.epochs[epoch].body["parents"])
            found |= _keys_before(project, [one for one in parents if one in view.epochs])
    return found


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
