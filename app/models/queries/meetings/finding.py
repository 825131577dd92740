"""Finding who is meant by a few typed letters, without asking the store."""

from __future__ import annotations

import unicodedata

from app.models.queries.meetings.snapshot import Attendee, Desk


def fold(text: str) -> str:
    """Text without case and accents, as people type names in a hurry."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).strip()


def find_attendees(desk: Desk, typed: str) -> list[Attendee]:
    """Those on the attendance list that fit what was typed, exact fits alone where there are any.

    Looked through are name, role, institution, holder and alternate; of several typed words each
    must begin a word of them.
    """
    wanted = fold(typed)
    if not wanted:
        return list(desk.attendance)
    exact = [one for one in desk.attendance if wanted in {fold(text) for text in _texts(one)}]
    return exact or [one for one in desk.attendance if _fits(wanted.split(), one)]


def is_alternate(one: Attendee, typed: str) -> bool:
    """Whether what was typed means the seat's alternate, not who is expected on it."""
    wanted = fold(typed)
    if not one.alternate or not wanted:
        return False
    return _begins(wanted.split(), one.alternate) and not any(
        _begins(wanted.split(), text) for text in (one.name, one.role, one.institution, one.holder)
    )


def _texts(one: Attendee) -> tuple[str, ...]:
    return (one.name, one.role, one.institution, one.holder, one.alternate)


def _fits(words: list[str], one: Attendee) -> bool:
    return _begins(words, " ".join(_texts(one)))


def _begins(words: list[str], text: str) -> bool:
    known = fold(text).split()
    return all(any(one.startswith(word) for one in known) for word in words)
