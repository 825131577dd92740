"""What home tells in the pictures: a coordinator's, a facilitator's, a secretary's, a fresh one's."""

from __future__ import annotations

from typing import Final

from app.i18n import _
from app.models.ledger import RecordKey
from app.views.pages.home_reads import Line, News

_SPACE: Final = bytes(16)


def coordinator() -> News:
    """Interviews, minutes and commitments under way, one committee silent."""
    return News(4, 214, 300, 3, 1, (*_interviews(), *_meetings()), _due(), 2, 2, 4)


def facilitator() -> News:
    """Two interviews begun in a parish."""
    return News(4, 61, 300, 0, 0, _interviews(), (), 2, 0, 1)


def secretary() -> News:
    """A session under way and commitments that fall due."""
    return News(0, 0, 0, 3, 1, _meetings(), _due(), 2, 2, 1)


def fresh() -> News:
    """A project of a minute ago."""
    return News(0, 0, 0, 0, 0, (), (), 0, 0, 1)


def _interviews() -> tuple[Line, ...]:
    household = "Victimización y percepción de inseguridad en el hogar"
    half = _("{folio} · {form}: {done} of about {total} answered, kept {when}.").format(
        folio="ARJ-L2-014", form=household, done=34, total=60, when="14:02"
    )
    begun = _("{folio} · {form}: begun, kept {when}.").format(
        folio="ARJ-L2-011", form="Recorrido exploratorio", when="18 nov 2026"
    )
    return (
        Line(half, _("Go on"), "2026-11-20T14:02", kind="response", draft=b"1"),
        Line(begun, _("Go on"), "2026-11-18T10:00", kind="response", draft=b"2"),
    )


def _meetings() -> tuple[Line, ...]:
    council = "Consejo Cantonal de Seguridad"
    text = _("{committee}: the minutes of {date} are not closed yet.")
    return (
        Line(
            text.format(committee=council, date="20 nov 2026"), _("Open it"), "2026-11-20",
            key=RecordKey(_SPACE, "meeting", bytes(16)),
        ),
    )  # fmt: skip


def _due() -> tuple[Line, ...]:
    key = RecordKey(_SPACE, "commitment", bytes(16))
    held = RecordKey(_SPACE, "meeting", bytes(16))
    line = _("{date} · {text} ({who})")
    late = line.format(
        date="12 nov 2026", text="Revisar el alumbrado de la vía principal", who="Municipio"
    )
    soon = line.format(
        date="27 nov 2026", text="Instalar y probar las alarmas de Santa Rosa", who="Cap. Mena"
    )
    meeting = _("{date} · meeting of {committee}: {subject}").format(
        date="4 dic 2026, 14:00", committee="Comité barrial", subject="Rondas nocturnas"
    )
    return (
        Line(
            _("overdue · {line}").format(line=late), _("Open it"), "2026-11-12", key=key, late=True
        ),
        Line(soon, _("Open it"), "2026-11-27", key=key),
        Line(meeting, _("Open it"), "2026-12-04", key=held),
    )
