"""The persons who may sit at this laptop (sync rule 17: authority is the device's)."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models.commands import contact
from app.models.project import Project, initials
from app.models.vault import Slot
from sync.ids import random_id


@dataclass(frozen=True)
class Seat:
    """A person with a passphrase here."""

    label: str
    name: str


def add(project: Project, name: str, label: str, passphrase: str) -> Slot:
    """Give a person a passphrase of their own. Raises KipuError when the label is taken."""
    if not name.strip():
        raise KipuError(_("Say who is sitting here: a name is needed."))
    person = random_id()
    with project.ledger.writing():
        project.remember_person(person, name.strip())
    return project.vault.add_person(project.data_key, label or initials(name), person, passphrase)


def remove(project: Project, label: str) -> None:
    """Take a person's passphrase away; what they did stays.

    Raises KipuError for nobody, for the last one, and for whoever is sitting here.
    """
    if project.vault.find(label).label == project.person.label:
        raise KipuError(_("Whoever is sitting here cannot take their own way in away."))
    leaving = project.vault.find(label).person
    project.vault.remove_person(project.data_key, label)
    contact.forget(project, leaving)


def all_here(project: Project) -> list[Seat]:
    return [
        Seat(slot.label, str(project.store.value(
            "SELECT name FROM persons WHERE person=?", (slot.person,)) or ""))
        for slot in project.vault.people
    ]  # fmt: skip


def change_passphrase(project: Project, old: str, new: str) -> None:
    """Rewrap the key of the person sitting here; a crash leaves the old or the new one working."""
    project.vault.change_passphrase(old, new, project.person.label)
