"""The questionnaires that ship with Kipu: readable tables in resources/forms, imported in one step."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from app.errors import KipuError
from app.i18n import Text, _, lazy


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


def read(name: str) -> bytes:
    """Return the source of a questionnaire. Raises KipuError naming the ones there are."""
    if name not in {one.name for one in OWN}:
        raise KipuError(
            _("Kipu has no form “{name}” of its own; it has: {known}.").format(
                name=name, known=", ".join(one.name for one in OWN)
            )
        )
    return (files("resources") / "forms" / f"{name}.md").read_bytes()
