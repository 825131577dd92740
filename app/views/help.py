"""The help inside: one page an area, in both languages, with keys taken from the table of actions.

The texts are Markdown in ``resources/help``. They name no key themselves: ``{key:project.sync}``
stands for the keys of that action as they are now, and what works on the page on show is listed
under its text when it is opened. So no key in the help can go stale.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtGui import QKeySequence

from app.i18n import Language, _, current
from app.views.actions import ACTIONS, ON_PAGES, Offered
from app.views.widgets.palette import matches

TOPICS: Final = (
    "first",
    "home",
    "surveys",
    "groups",
    "meetings",
    "people",
    "places",
    "organisations",
    "sync",
    "review",
    "project",
    "settings",
)
"""The pages of the help in reading order, by the names of their files."""

_TOPIC_OF: Final[Mapping[str, str]] = {"committees": "meetings", "commitments": "meetings"}
"""Areas that share the help of another."""

TOKEN: Final = re.compile(r"\{key:([a-z_.]+)\}")
_MARKUP: Final = re.compile(r"[*_`]|\[([^\]]*)\]\([^)]*\)")
_ROOM: Final = 90


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the help that has the words looked for."""

    topic: str
    title: str
    line: str


def topic_of(area: str) -> str:
    """Return the help's page for an area; the first minutes before there is any area."""
    chosen = _TOPIC_OF.get(area, area)
    return chosen if chosen in TOPICS else "home" if area else "first"


def source(topic: str, language: Language) -> str:
    """Return a page as it is written, with its tokens. Raises FileNotFoundError for none."""
    return (files("resources") / "help" / language / f"{topic}.md").read_text("utf-8")


def text(topic: str) -> str:
    """Return a page as Markdown in the current language, with the keys as they are."""
    return TOKEN.sub(_keys, source(topic, current()))


def title(topic: str) -> str:
    """Return the heading of a page in the current language."""
    return source(topic, current()).lstrip().partition("\n")[0].lstrip("# ").strip()


def keys_here(offered: Sequence[Offered]) -> str:
    """Return what can be done on the page on show, as Markdown; empty when nothing has keys."""
    lines = [f"- {_keyed(one.keys)} {one.text}" for one in offered if one.keys]
    return "\n".join([f"## {_('Keys on this page')}", "", *lines]) if lines else ""


def all_keys(everywhere: Sequence[tuple[str, str]], offered: Sequence[Offered]) -> str:
    """Return all keys as one Markdown page: those of the page on show, then everywhere's."""
    lines = [f"- {_keyed(keys)} {words}" for words, keys in everywhere if keys]
    parts = [f"# {_('All keys')}", keys_here(offered), f"## {_('Keys everywhere')}"]
    return "\n\n".join(part for part in [*parts, "\n".join(lines)] if part)


def search(typed: str) -> list[Found]:
    """Return the lines that hold every word typed, whatever case and accents, in reading order."""
    found = []
    for topic in TOPICS:
        heading = title(topic)
        for line in text(topic).splitlines():
            plain = _MARKUP.sub(lambda match: match[1] or "", line).lstrip("#- ").strip()
            if plain and typed.strip() and matches(typed, plain):
                found.append(Found(topic, heading, _shortened(plain)))
    return found


@cache
def _shortcuts() -> Mapping[str, str]:
    return {spec.id: spec.shortcut for spec in (*ACTIONS, *ON_PAGES)}


def _keys(match: re.Match[str]) -> str:
    return _keyed(QKeySequence(_shortcuts()[match[1]]).toString())


def _keyed(keys: str) -> str:
    return f"**{keys}**"


def _shortened(line: str) -> str:
    return line if len(line) <= _ROOM else f"{line[:_ROOM].rsplit(' ', 1)[0]} …"
