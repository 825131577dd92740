"""What a person may set about Kipu on this computer: one typed table that makes page and docs.

Settings lie in the clear beside the projects, because the unlock page must already speak the right
language at the right size; so the table holds choices and numbers only, never a person's words.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import KipuError
from app.i18n import LazyText, _, lazy

FILE_NAME: Final = "settings.json"
LARGEST_FILE: Final = 64 * 1024  # bytes; a longer file is not ours

Value = str | int


@dataclass(frozen=True)
class Choice:
    """A setting that is one of a few named values; the first is the default."""

    name: str
    label: LazyText
    help: LazyText
    options: Mapping[str, LazyText]

    @property
    def default(self) -> str:
        return next(iter(self.options))

    def accepts(self, value: object) -> bool:
        """Whether ``value`` may be stored."""
        return isinstance(value, str) and value in self.options

    def parse(self, text: str) -> Value:
        """Return the value that ``text`` names; raises KipuError when it names none."""
        if self.accepts(text):
            return text
        raise KipuError(
            _("{name} is one of {options}.").format(
                name=self.name, options=", ".join(option or '""' for option in self.options)
            )
        )


@dataclass(frozen=True)
class Number:
    """A setting that is a whole number between two limits, in ``unit``."""

    name: str
    label: LazyText
    help: LazyText
    default: int
    least: int
    most: int
    unit: LazyText

    def accepts(self, value: object) -> bool:
        """Whether ``value`` may be stored."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.least <= value <= self.most  # type: ignore[operator]

    def parse(self, text: str) -> Value:
        """Return the number that ``text`` spells; raises KipuError when it is none or too far."""
        try:
            value = int(text)
        except ValueError:
            value = self.least - 1
        if self.accepts(value):
            return value
        raise KipuError(
            _("{name} is a whole number from {least} to {most}.").format(
                name=self.name, least=self.least, most=self.most
            )
        )


Setting = Choice | Number

TABLE: Final[tuple[Setting, ...]] = (
    Choice(
        "language",
        lazy("Language"),
        lazy("The language of Kipu's own words; surveys keep theirs."),
        {"": lazy("As the computer"), "es": lazy("Spanish"), "en": lazy("English")},
    ),
    Number(
        "text_size",
        lazy("Text size"),
        lazy("How large everything is written."),
        default=100,
        least=80,
        most=200,
        unit=lazy("%"),
    ),
    Choice(
        "theme",
        lazy("Theme"),
        lazy("Light, dark or high contrast."),
        {
            "system": lazy("As the computer"),
            "light": lazy("Light"),
            "dark": lazy("Dark"),
            "contrast": lazy("High contrast"),
        },
    ),
    Number(
        "auto_lock_minutes",
        lazy("Lock after"),
        lazy("Minutes without a key or the mouse until Kipu locks itself."),
        default=10,
        least=1,
        most=120,
        unit=lazy("minutes"),
    ),
    Choice(
        "interview_page",
        lazy("Interviews show"),
        lazy("How much of a questionnaire stands on the page; F7 changes it there."),
        {"question": lazy("One question at a time"), "section": lazy("A whole section")},
    ),
)

BY_NAME: Final = {setting.name: setting for setting in TABLE}


class Settings:
    """The settings kept in one folder; what was never set has its default."""

    def __init__(self, folder: Path, values: Mapping[str, Value] | None = None) -> None:
        self.folder = folder
        self._values = dict(values or {})

    @property
    def language(self) -> str:
        """``es``, ``en``, or the empty text for the computer's own."""
        return self._text("language")

    @property
    def text_size(self) -> int:
        """The size of all text, in percent."""
        return self._number("text_size")

    @property
    def theme(self) -> str:
        """``system``, ``light``, ``dark`` or ``contrast``."""
        return self._text("theme")

    @property
    def auto_lock_minutes(self) -> int:
        """Minutes without input after which Kipu locks itself."""
        return self._number("auto_lock_minutes")

    def get(self, name: str) -> Value:
        """Return a setting by name; raises KeyError for a name not in the table."""
        return self._values.get(name, BY_NAME[name].default)

    def set(self, name: str, value: Value) -> None:
        """Change a setting and keep it at once.

        Raises KeyError for a name not in the table, ValueError for a value it does not accept and
        KipuError when the folder cannot be written.
        """
        if not BY_NAME[name].accepts(value):
            raise ValueError(f"{name} cannot be {value!r}")
        self._values[name] = value
        _write(self.folder, self._values)

    def _text(self, name: str) -> str:
        return str(self.get(name))

    def _number(self, name: str) -> int:
        return int(self.get(name))


def load(folder: Path) -> Settings:
    """Return the settings kept in ``folder``.

    A missing file means all defaults. A damaged one is moved aside, never overwritten, and means
    the same; single values that the table does not accept fall back to their default.
    """
    path = folder / FILE_NAME
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return Settings(folder)
    except OSError as error:
        raise KipuError(_("The settings cannot be read: {reason}").format(reason=error)) from error
    found = _parse(raw)
    if found is None:
        path.replace(path.with_suffix(".damaged"))
        return Settings(folder)
    return Settings(folder, found)


def _parse(raw: bytes) -> dict[str, Value] | None:
    if len(raw) > LARGEST_FILE:
        return None
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {name: value for name, value in found.items() if _is_sound(name, value)}


def _is_sound(name: str, value: object) -> bool:
    return name in BY_NAME and BY_NAME[name].accepts(value)


def _write(folder: Path, values: Mapping[str, Value]) -> None:
    path = folder / FILE_NAME
    new = path.with_suffix(".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8") as stream:
            json.dump(dict(sorted(values.items())), stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except OSError as error:
        raise KipuError(_("The settings cannot be kept: {reason}").format(reason=error)) from error
