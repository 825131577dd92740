"""One or several of what is offered, and languages.

Stored is the code, shown is the label in the interface language. A code this version does not know
came from a newer one: it is shown as it is and kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from app.i18n import LazyText, _, lazy
from app.i18n import Text as Label
from app.models.fields.base import Choices, Field, SqlScalar, from_json
from sync.values import Value

_SEPARATORS = re.compile(r"\s*[;|\n]\s*")
_LANGUAGE_TAG = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _bare(text: str) -> str:
    """Return ``text`` without case, accents, punctuation: what two spellings have in common."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in letters if char.isalnum())


def find_code(choices: Choices, text: str) -> str | None:
    """Return the code ``text`` means: a code, or a label in the interface language or English."""
    for code, _label in choices:
        if text == code:
            return code
    wanted = _bare(text)
    for code, label in choices:
        english = label.message if isinstance(label, LazyText) else label
        if wanted and wanted in {_bare(code), _bare(str(label)), _bare(english)}:
            return code
    return None


def label_of(choices: Choices, code: str) -> str:
    """Return the label of ``code``, the code itself when it is unknown."""
    return next((str(label) for known, label in choices if known == code), code)


def _offered(choices: Choices) -> str:
    shown = ", ".join(code for code, _label in choices[:12])
    return shown + (", …" if len(choices) > 12 else "")


@dataclass(frozen=True)
class Choice(Field):
    """One of ``choices``; the value is its code."""

    written_as: ClassVar[Label] = lazy("one of the codes below, or its label")

    def _parse(self, text: str) -> Value:
        return self._check(find_code(self.choices, text) or text)

    def _check(self, value: Value) -> Value:
        if not isinstance(value, str) or not any(code == value for code, _l in self.choices):
            sentence = _("{field}: “{given}” is not offered; choose one of: {codes}.")
            raise self.refuse(sentence.replace("{codes}", _offered(self.choices)), value)
        return value

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, str):
            return None
        return label_of(self.choices, value) if labels else value


@dataclass(frozen=True)
class MultiChoice(Field):
    """Several of ``choices``: a list of codes, in the order of the declaration."""

    written_as: ClassVar[Label] = lazy("some of the codes below, separated by semicolons")

    def _parse(self, text: str) -> Value:
        return self._check([self._code(part) or part for part in self._parts(text)])

    def _parts(self, text: str) -> list[str]:
        """Split at semicolons, else at commas, else at spaces: labels hold commas and spaces."""
        for separator in (_SEPARATORS, re.compile(r"\s*,\s*"), re.compile(r"\s+")):
            parts = [part for part in separator.split(text.strip()) if part]
            if len(parts) > 1 and (separator is _SEPARATORS or all(map(self._code, parts))):
                return parts
        return [text.strip(" ;|\n")]

    def _code(self, text: str) -> str | None:
        return find_code(self.choices, text)

    def _check(self, value: Value) -> Value:
        if not isinstance(value, list):
            raise self.refuse(_("{field}: “{given}” is not a list of codes."), value)
        for code in value:
            if not isinstance(code, str) or not self._allows(code):
                sentence = _("{field}: “{given}” is not offered; choose among: {codes}.")
                raise self.refuse(sentence.replace("{codes}", _offered(self.choices)), code)
        return list(self._ordered({str(code) for code in value})) or None

    def _allows(self, code: str) -> bool:
        return any(code == known for known, _label in self.choices)

    def _ordered(self, codes: set[str]) -> Iterable[Value]:
        known = [code for code, _label in self.choices if code in codes]
        return [*known, *sorted(codes.difference(known))]

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            return None
        codes = [str(code) for code in value]
        shown = [label_of(self.choices, code) for code in codes] if labels else codes
        return "; ".join(shown)

    def from_column(self, stored: SqlScalar) -> Value:
        return from_json(stored)


LANGUAGES: Choices = (
    ("es", lazy("Spanish")),
    ("en", lazy("English")),
    ("qu", lazy("Kichwa")),
    ("jiv", lazy("Shuar")),
    ("acu", lazy("Achuar")),
    ("auc", lazy("Waorani")),
    ("con", lazy("A’ingae (Cofán)")),
    ("sey", lazy("Paicoca (Siekopai)")),
    ("snn", lazy("Siona")),
    ("zro", lazy("Sapara")),
    ("cbi", lazy("Cha’palaa")),
    ("cof", lazy("Tsafiki")),
    ("kwi", lazy("Awapit")),
    ("sja", lazy("Sia pedee (Epera)")),
    ("gym", lazy("Ngäbere")),
    ("sab", lazy("Buglere")),
    ("cuk", lazy("Dulegaya (Guna)")),
    ("emp", lazy("Emberá")),
    ("noa", lazy("Wounaan meu")),
    ("tfr", lazy("Naso")),
    ("bzd", lazy("Bribri")),
    ("ht", lazy("Haitian Creole")),
    ("fr", lazy("French")),
    ("pt", lazy("Portuguese")),
    ("zh", lazy("Chinese")),
    ("ecs", lazy("Ecuadorian Sign Language")),
    ("lsp", lazy("Panamanian Sign Language")),
)


@dataclass(frozen=True)
class Languages(MultiChoice):
    """Languages, as codes of ISO 639 or BCP 47; any well-formed code may be used."""

    choices: Choices = LANGUAGES
    written_as: ClassVar[Label] = lazy("language codes or names, separated by semicolons")

    def _code(self, text: str) -> str | None:
        return find_code(self.choices, text) or (text if _LANGUAGE_TAG.fullmatch(text) else None)

    def _allows(self, code: str) -> bool:
        return _LANGUAGE_TAG.fullmatch(code) is not None
