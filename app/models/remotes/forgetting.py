"""Forgetting a place: its address goes, never any data; and what then lies nowhere else is said."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _, ngettext
from app.models.attachments import whereabouts
from app.models.attachments.keeping import lies_here
from app.models.project import Project
from app.models.remotes.known import Known


@dataclass(frozen=True)
class OnlyThere:
    """What no other place is known to hold: changes of this laptop, and files.

    `not_here` of these files are not on this laptop either; `erased` files wait there to be
    written over.
    """

    changes: int = 0
    files: int = 0
    not_here: int = 0
    erased: int = 0

    def sentences(self) -> list[str]:
        """The same in words; none where nothing is only there."""
        said = []
        if self.changes:
            text = ngettext(
                "{count} change of this laptop is known to lie there and nowhere else; it counts as "
                "not sent again and goes to the next place synced with.",
                "{count} changes of this laptop are known to lie there and nowhere else; they count "
                "as not sent again and go to the next place synced with.",
                self.changes,
            )
            said.append(text.format(count=self.changes))
        if self.files:
            text = ngettext(
                "{count} file is known to lie there and at no other place.",
                "{count} files are known to lie there and at no other place.",
                self.files,
            )
            said.append(text.format(count=self.files))
        if self.not_here:
            text = ngettext(
                "{count} of them is not on this laptop either.",
                "{count} of them are not on this laptop either.",
                self.not_here,
            )
            said.append(text.format(count=self.not_here))
        if self.erased:
            text = ngettext(
                "{count} erased file may still lie there, sealed; sync once more before, to have it "
                "written over.",
                "{count} erased files may still lie there, sealed; sync once more before, to have "
                "them written over.",
                self.erased,
            )
            said.append(text.format(count=self.erased))
        return said


def only_there(project: Project, one: Known) -> OnlyThere:
    """Count what only this place is known to hold."""
    changes = project.store.value(
        "SELECT ifnull(sum(b.changes), 0) FROM batches b JOIN logs l USING(lid) WHERE l.device=? "
        "AND b.number <= ifnull((SELECT s.number FROM sent s WHERE s.lid=b.lid AND s.remote=?), 0) "
        "AND b.number > ifnull((SELECT max(s.number) FROM sent s WHERE s.lid=b.lid "
        "AND s.remote<>?), 0)",
        (project.device, one.id, one.id),
    )
    alone = whereabouts.known_only_at(project, one.id)
    not_here = [file for file in alone if not lies_here(project, file)]
    erased = whereabouts.to_blank(project, one.id)
    return OnlyThere(int(changes), len(alone), len(not_here), len(erased))


def forget(project: Project, one: Known) -> None:
    """Forget the address, what opens it, and what was sent there; all data stays."""
    with project.store.transaction():
        for table in ("sent", "hints", "swept", "attachments_at", "remotes"):
            project.store.run(f"DELETE FROM {table} WHERE remote=?", (one.id,))
        if project.store.value("SELECT max(last_sync) FROM remotes") is None:
            project.store.set_meta("roster_sent", 0)


def farewell(one: Known) -> str:
    """What is said when it is done."""
    return _(
        "{name} is forgotten. What lies there stays there, and what is here stays here."
    ).format(name=one.name)
