"""What spaces are called: names sealed in the roster, given anew, and a key anew where it is lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from app.errors import KipuError
from app.i18n import _
from app.models import spaces
from app.models.epochs import begin_anew
from app.models.one_line import has_unseen
from app.models.project import Project
from app.models.roster_writing import write_entry
from sync import members
from sync.roster import EntryType

LONGEST: Final = 80
"""Characters of a name of a space or project."""


def name_space(
    project: Project, space: bytes, epoch: bytes, key: bytes, words: Mapping[str, str]
) -> None:
    """Write a space's `name` and `code` into the roster, sealed under one of its epochs."""
    sealed = members.seal_words(key, space, words)
    write_entry(project, EntryType.SPACE, {"space": space, "name_epoch": epoch, "name": sealed})


def written(name: str) -> str:
    """A name of a space or project as it is kept. Raises KipuError where it cannot be shown."""
    kept = unicodedata.normalize("NFC", name).strip()
    if has_unseen(kept):
        raise KipuError(_("A name has no line breaks and no control characters."))
    if len(kept) > LONGEST:
        raise KipuError(_("A name has up to {most} characters.").format(most=LONGEST))
    return kept


def code_for(project: Project, name: str) -> str:
    """A code for a new space's folios, unlike the codes and names of all that can be read here."""
    known = spaces.all_named(project, with_common=True)
    taken = {word.upper() for one in known for word in (one.given_code, one.given_name)}
    return spaces.code_for(name, taken)


def require_free(project: Project, name: str, but: bytes = b"") -> str:
    """A space's name without the blanks around it.

    Raises KipuError where it is none, or may mean another space: by its name, its code or its id.
    """
    kept = written(name)
    if not kept:
        raise KipuError(_("A space needs a name."))
    known = [one for one in spaces.all_named(project, with_common=True) if one.id != but]
    if any(spaces.answers_to(one, kept) for one in known):
        raise KipuError(_("There is already a space called “{name}”.").format(name=kept))
    return kept


def rename_space(project: Project, space: bytes, name: str, *, with_new_key: bool = False) -> str:
    """Call a space something else; the name as it is kept comes back. Only coordinators.

    Its code stays, for folios carry it.

    Where nobody has the space's key any more (`with_new_key`), a new one is begun with the name, and
    the space can be written in again; what was written under the lost one stays unreadable. Should
    that turn up after all, both are used. Raises KipuError where the key is here and a new one is
    asked for, or the other way round.
    """
    project.require_coordinator()
    name = require_free(project, name, but=space)
    held = spaces.held_epochs(project, space)
    if held and with_new_key:
        raise KipuError(_("The key of this space is here: it needs no new one."))
    if not held and not with_new_key:
        raise KipuError(
            _("The key of this space is not on this computer. Sync with the others, who may have it. "
              "Only if nobody has it any more: do this again with --new-key, and the space can be "
              "written in again. What was written under the lost key cannot be read.")
        )  # fmt: skip
    words = {"name": name, "code": spaces.with_id(project, space).given_code}
    with project.ledger.writing():
        epoch, key = held[-1] if held else begin_anew(project, space)
        if not held and space != project.roster.common:
            words["code"] = code_for(project, name)
        name_space(project, space, epoch, key, words)
    return name
