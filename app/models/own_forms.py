"""The questionnaires that ship with Kipu (readable tables in resources/forms), and what lies beside
those people bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.i18n import Text, _, lazy
from app.models.queries import surveys as reading

if TYPE_CHECKING:
    from app.models.project import Project


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A questionnaire of Kipu's own: its name, its form's id and what it is for."""

    name: str
    form_id: str
    title: Text
    purpose: Text


OWN: Final = (
    OwnForm(
        "hogar",
        "hogar_seguridad",
        lazy("Households: victimisation and perception"),
        lazy("Perception, risk, crimes of the last 12 months, reporting and trust. 20 minutes."),
    ),
    OwnForm(
        "negocio",
        "negocio_seguridad",
        lazy("Businesses: safety and extortion"),
        lazy("What crime does to a business, and what it asks for. 15 minutes."),
    ),
    OwnForm(
        "recorrido",
        "recorrido_exploratorio",
        lazy("Exploratory walk"),
        lazy("One place at a time: light, risks, whom they affect, what to do."),
    ),
)

_MOST: Final = 64 * 1024 * 1024
"""Bytes of a file that comes with a form."""


def missing(project: Project) -> list[OwnForm]:
    """Return those that could be taken in here: none for whoever may not."""
    if not project.is_coordinator:
        return []
    here = {form.form_id for form in reading.forms(project)}
    return [one for one in OWN if one.form_id not in here]


def read(name: str) -> bytes:
    """Return the source of a questionnaire. Raises KipuError naming the ones there are."""
    if name not in {one.name for one in OWN}:
        raise KipuError(
            _("Kipu has no form “{name}” of its own; it has: {known}.").format(
                name=name, known=", ".join(one.name for one in OWN)
            )
        )
    return (files("resources") / "forms" / f"{name}.md").read_bytes()


def beside(form: Path, chosen: Iterable[Path] = ()) -> dict[str, bytes]:
    """Return the files that come with a form, by name.

    They are those chosen, all in a chosen folder, and those in a folder named as the form with
    "-media" behind, as form tools lay them. Raises KipuError for one that cannot be read.
    """
    found: dict[str, bytes] = {}
    folder = form.with_name(f"{form.stem}-media")
    for path in [*([folder] if folder.is_dir() else []), *chosen]:
        for one in sorted(path.iterdir()) if path.is_dir() else [path]:
            if one.is_file() and not one.name.startswith("."):
                found[one.name] = _content(one)
    return found


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST:
            raise KipuError(_("“{file}” is too large.").format(file=path.name))
        return path.read_bytes()
    except OSError as error:
        raise KipuError(
            _("“{file}” cannot be read: {reason}.").format(file=path.name, reason=error.strerror)
        ) from error
