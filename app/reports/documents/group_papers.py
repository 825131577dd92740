"""The field note of a focus group: aliases, consents and turns, and nobody's name among them."""

from __future__ import annotations

from collections.abc import Iterator

from app.reports.documents.blocks import (
    Block,
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Points,
    Seats,
    Table,
    Title,
)
from app.reports.documents.content import Consent, FieldNote, Participant, Turn
from app.reports.documents.pieces import document, joined, tallies
from app.reports.documents.words import Words


def compose_note(note: FieldNote) -> Document:
    """Return the field note as blocks."""
    _ = Words(note.setting)
    title = joined(_("Field note"), note.topic, ": ")
    return document(note.setting, title, tuple(_note(note, _)))


def _note(note: FieldNote, _: Words) -> Iterator[Block]:
    yield Title(note.topic, over=_("Field note of a focus group"), under=_under(note))
    rows = (
        (_("Date"), joined(_.day(note.date), _.span(note.starts, note.ends), ", ")),
        (_("Place"), note.place),
        (_("Moderator"), note.moderator),
        (_("Note-taker"), note.note_taker),
        (_("Languages spoken"), note.languages),
        (_("Recording"), note.recording),
    )
    yield Facts(tuple(row for row in rows if row[1]))
    yield from _table_of(note, _)
    yield from _said(_("Summary"), note.summary)
    questions = tuple(line.strip() for line in note.guide.splitlines() if line.strip())
    if questions:
        yield Heading(_("Question guide"))
        yield Points(questions)
    yield from _said(_("Notes"), note.notes)
    yield from _turns(note.turns, _)


def _said(heading: str, text: str) -> Iterator[Block]:
    if text.strip():
        yield Heading(heading)
        yield Paragraph(text)


def _under(note: FieldNote) -> tuple[str, ...]:
    return (note.profile,) if note.profile else ()


def _table_of(note: FieldNote, _: Words) -> Iterator[Block]:
    yield Heading(_("At the table"))
    if not note.participants:
        yield Paragraph(_("Nobody is recorded as taking part."), style="note")
        return
    yield Seats(tuple(one.alias for one in sorted(note.participants, key=_chair)))
    columns = (
        Column(_("Seat"), 0.6, "right"),
        Column(_("Alias"), 1.2),
        Column(_("Agrees to take part"), 1.4, "centre"),
        Column(_("Agrees to be recorded"), 1.4, "centre"),
        Column(_("Agrees to be quoted"), 1.4, "centre"),
    )
    rows = (
        (str(one.chair or ""), one.alias, _given(one.takes_part, _), _given(one.recording, _),
         _given(one.quotes, _))
        for one in sorted(note.participants, key=_chair)
    )  # fmt: skip
    yield Table(columns, tuple(rows))
    if note.tallies:
        yield Facts(tallies(note.tallies))


def _chair(one: Participant) -> tuple[bool, int, str]:
    return one.chair is None, one.chair or 0, one.alias


def _given(consent: Consent, _: Words) -> str:
    """The sign and the word: neither colour nor sign alone tells it."""
    if consent is None:
        return _("not asked")
    return joined("✓", _("Yes"), " ") if consent else joined("✗", _("No"), " ")


def _turns(turns: tuple[Turn, ...], _: Words) -> Iterator[Block]:
    if not turns:
        return
    yield Heading(_("Turns"))
    columns = (
        Column(_("Time"), 0.7, "right"),
        Column(_("Speaker"), 0.9),
        Column(_("What was said"), 5.0),
        Column(_("May be quoted"), 0.9, "centre"),
    )
    rows = (
        (_stopwatch(turn.second), turn.speaker, joined(turn.text, _aside(turn), "\n"),
         "✓" if turn.quotable else "")
        for turn in turns
    )  # fmt: skip
    yield Table(columns, tuple(rows))


def _aside(turn: Turn) -> str:
    return f"[{turn.language}]" if turn.language else ""


def _stopwatch(second: float | None) -> str:
    """Return seconds as 1:02:03 or 2:03."""
    if second is None:
        return ""
    minutes, seconds = divmod(int(second), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
