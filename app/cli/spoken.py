"""The help of the verbs in the language in use.

A verb's help is its docstring and the ``help=`` of its options, in English as everything in the
code. ``packaging/catalogue.py`` reads them from there, and they are translated here just before a
command line is read, so that no verb has to think of it. Click's own words go the same way.
"""

from __future__ import annotations

import gettext
import inspect
import os
from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import Final

import click

from app import i18n
from app.i18n import LazyText, lazy

OF_CLICK = (
    lazy("Usage:"),
    lazy("Options"),
    lazy("Commands"),
    lazy("Show this message and exit."),
    lazy("Show the version and exit."),
    lazy("Missing command."),
    lazy("Missing argument"),
    lazy("Missing option"),
    lazy("No such command {name!r}."),
    lazy("No such option {name!r}."),
    lazy("Invalid value: {message}"),
    lazy("Invalid value for {param_hint}: {message}"),
    lazy("Try '{command} {option}' for help."),
    lazy("{value!r} is not a valid {number_type}."),
    lazy("{value} is not in the range {range}."),
    lazy("Option {name!r} does not take a value."),
)
"""What Click says itself in what people see of it; it asks gettext for these very texts."""
_NUMBERS: Final = {
    click.types.IntParamType: lazy("whole number"),
    click.IntRange: lazy("whole number"),
}
"""What Click calls what it reads, which it asks no catalogue for."""

_english: dict[int, str] = {}


def speak(command: click.Command) -> None:
    """Put the help of a command, its options and its verbs into the language in use."""
    for one in _all(command):
        one.help = _said(one, one.help)
        for option in one.params:
            if isinstance(option, click.Option):
                option.help = _said(option, option.help)


def settle_click() -> None:
    """Make Click's own words come from Kipu's catalogue, for this whole process."""
    with as_file(files("resources") / "locale") as folder:
        gettext.bindtextdomain(i18n.DOMAIN, str(folder))
    gettext.textdomain(i18n.DOMAIN)
    for read, text in _NUMBERS.items():
        read.name = str(text)
    os.environ["LANGUAGE"] = i18n.current()


def _all(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from _all(one)


def _said(thing: click.Command | click.Option, text: str | None) -> str | None:
    """The translation of a text as it was written, whatever language it was put into before."""
    if text is None:
        return None
    return str(LazyText(inspect.cleandoc(_english.setdefault(id(thing), text))))
