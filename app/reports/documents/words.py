"""The words of one document: its language, its country's clock, and the codes people know by name.

A document speaks its own language in whatever thread it is made, so it asks a ``Words`` rather than
the language of the screen. Months are always in words: 5/6 is two different days to two readers.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from app.i18n import LazyText, Text, catalogue, lazy
from app.reports.documents.content import Setting

_DAYS: Final = (
    lazy("{day} January {year}"),
    lazy("{day} February {year}"),
    lazy("{day} March {year}"),
    lazy("{day} April {year}"),
    lazy("{day} May {year}"),
    lazy("{day} June {year}"),
    lazy("{day} July {year}"),
    lazy("{day} August {year}"),
    lazy("{day} September {year}"),
    lazy("{day} October {year}"),
    lazy("{day} November {year}"),
    lazy("{day} December {year}"),
)
"""Whole dates, since Spanish says "20 de noviembre de 2026"."""
_SHORT: Final = (
    lazy("Jan"),
    lazy("Feb"),
    lazy("Mar"),
    lazy("Apr"),
    lazy("May"),
    lazy("Jun"),
    lazy("Jul"),
    lazy("Aug"),
    lazy("Sep"),
    lazy("Oct"),
    lazy("Nov"),
    lazy("Dec"),
)
_MEETINGS: Final = {
    "ordinary": lazy("Ordinary meeting"),
    "extraordinary": lazy("Extraordinary meeting"),
    "inaugural": lazy("Inaugural meeting"),
    "working": lazy("Working session"),
    "assembly": lazy("Public assembly"),
}
_CODES: Final = {
    "in_person": lazy("In person"),
    "remote": lazy("Remote"),
    "mixed": lazy("In person and remote"),
    "letter": lazy("Letter"),
    "email": lazy("Email"),
    "message": lazy("Messaging group"),
    "phone": lazy("Telephone"),
    "radio": lazy("Radio"),
    "notice": lazy("Public notice"),
    "other": lazy("Other"),
    "holder": lazy("Holder"),
    "alternate": lazy("Alternate"),
    "guest": lazy("Guest"),
    "public": lazy("Public"),
    "present": lazy("Present"),
    "excused": lazy("Excused"),
    "absent": lazy("Absent"),
    "ordinary": lazy("Ordinary"),
    "nominal": lazy("By name"),
    "reasoned": lazy("Reasoned"),
    "secret": lazy("Secret"),
    "consensus": lazy("By consensus"),
    "carried": lazy("Carried"),
    "lost": lazy("Lost"),
    "withdrawn": lazy("Withdrawn"),
    "postponed": lazy("Postponed"),
    "for": lazy("In favour"),
    "against": lazy("Against"),
    "abstention": lazy("Abstention"),
    "blank": lazy("Blank or void"),
    "open": lazy("Open"),
    "under_way": lazy("Under way"),
    "met": lazy("Met"),
    "partly_met": lazy("Partly met"),
    "not_met": lazy("Not met"),
    "dropped": lazy("Dropped"),
    "overdue": lazy("Overdue"),
}


class Words:
    """Translates and formats for one document; call it with a text to translate."""

    def __init__(self, setting: Setting) -> None:
        self.language = setting.language
        self._setting = setting
        self._catalogue = catalogue(setting.language)

    def __call__(self, text: Text) -> str:
        message = text.message if isinstance(text, LazyText) else text
        return self._catalogue.gettext(message) if message else ""

    def code(self, code: str) -> str:
        """Return the words for a choice; words that are no choice come back as they are."""
        return self(_CODES[code]) if code in _CODES else code

    def meeting(self, kind: str) -> str:
        """Return the words for a meeting's type, as in "Ordinary meeting"."""
        return self(_MEETINGS[kind]) if kind in _MEETINGS else kind

    def day(self, when: date | None) -> str:
        """Return a date with its month in words; nothing for no date."""
        if when is None:
            return ""
        return self(_DAYS[when.month - 1]).format(day=when.day, year=when.year)

    def short_day(self, when: date | None) -> str:
        """Return a date for a narrow column, with the month's short name."""
        if when is None:
            return ""
        _ = self
        month = self(_SHORT[when.month - 1])
        return _("{day} {month} {year}").format(day=when.day, month=month, year=when.year)

    def clock(self, when: time | datetime | None) -> str:
        """Return a time as the country says it: 14:05, in Panama 2:05 p. m.; nothing for none."""
        if when is None:
            return ""
        if self._setting.country != "PA":
            return f"{when.hour:02}:{when.minute:02}"
        half = "a" if when.hour < 12 else "p"
        # No-break spaces: the two halves belong on one line.
        return f"{when.hour % 12 or 12}:{when.minute:02}\u00a0{half}.\u00a0m."

    def moment(self, when: date | datetime | None) -> str:
        """Return a date, with its time where it has one."""
        if isinstance(when, datetime):
            _ = self
            return _("{day}, {time}").format(day=self.day(when), time=self.clock(when))
        return self.day(when)

    def span(self, starts: time | None, ends: time | None) -> str:
        """Return "14:05 – 16:40", or the one that is known."""
        return " – ".join(filter(None, (self.clock(starts), self.clock(ends))))
