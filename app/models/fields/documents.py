"""An identity document: its type and its number, one value.

Numbers are kept as people read them out; a wrong check digit is remarked on, never refused, for
the card in the hand decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.country import here
from app.models.fields.base import Choices, Field, SqlScalar, from_json, json_object, plain
from app.models.fields.choosing import find_code, label_of
from sync.values import Value

DOCUMENT_TYPES: Choices = (
    ("ec_cedula", lazy("Ecuadorian cédula")),
    ("pa_cedula", lazy("Panamanian cédula")),
    ("passport", lazy("Passport")),
    ("foreign_id", lazy("Identity card of another country")),
    ("refugee_id", lazy("Refugee or asylum document")),
    ("birth_record", lazy("Birth record")),
    ("other", lazy("Other document")),
)
_CEDULA = re.compile(r"\d{9}-?\d")
# Ley 108 of 1974 and the Tribunal Electoral's practice: province 1–13 (AV: born before 1914, PI:
# indigenous population), or PE born abroad, E foreigner, N naturalised; then volume and entry.
_PANAMA = re.compile(r"(?:(?:[1-9]|1[0-3])(?:AV|PI)?|E|N|PE|PI)-\d{1,4}-\d{1,6}", re.IGNORECASE)
_TYPED = re.compile(r"(?P<type>[^\d:]*[A-Za-zÀ-ÿ)])(?::\s*|\s+)(?P<number>\S.*)")


def cedula_is_sound(number: str) -> bool:
    """Tell whether ``number`` is an Ecuadorian cédula whose check digit fits.

    Ten digits: province (01–24, or 30 for those registered abroad), a third digit below 6, and a
    last one that rounds the sum of the others, every second of them doubled, up to a ten.
    """
    if not re.fullmatch(r"\d{10}", number) or int(number[2]) > 5:
        return False
    if not (1 <= int(number[:2]) <= 24 or number.startswith("30")):
        return False
    total = 0
    for place, digit in enumerate(number[:9]):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return (10 - total % 10) % 10 == int(number[9])


def panamanian_is_sound(number: str) -> bool:
    """Tell whether ``number`` is shaped like a Panamanian cédula, which has no check digit."""
    return _PANAMA.fullmatch(number) is not None


@dataclass(frozen=True)
class Document(Field):
    """{"type": one of ``DOCUMENT_TYPES``, "number": text}."""

    choices: Choices = DOCUMENT_TYPES
    written_as: ClassVar[Label] = lazy("type and number, such as ec_cedula 1600123456")

    def _parse(self, text: str) -> Value:
        written = json_object(text)
        if written is not None:
            return self._check(dict(written))
        match = _TYPED.fullmatch(text)
        code = find_code(self.choices, match["type"]) if match else None
        if match and code:
            return self._check({"type": code, "number": match["number"]})
        return self._check({"type": _likely_type(text), "number": text})

    def _check(self, value: Value) -> Value:
        if not isinstance(value, dict) or set(value) - {"type", "number"}:
            raise self._unreadable(value)
        code, number = value.get("type"), value.get("number")
        if not isinstance(number, str) or not number.strip() or len(number) > 60:
            raise self._unreadable(value)
        if not isinstance(code, str) or not any(code == known for known, _l in self.choices):
            codes = ", ".join(known for known, _label in self.choices)
            sentence = _("{field}: “{given}” is not a type of document; use one of: {codes}.")
            raise self.refuse(sentence.replace("{codes}", codes), code)
        number = " ".join(number.split()).upper()
        if code == "ec_cedula":
            number = re.sub(r"[\s.-]", "", number)
        elif code == "pa_cedula":
            number = _panamanian(number)
        return {"type": code, "number": number}

    def _unreadable(self, value: Value) -> Exception:
        return self.refuse(
            _("{field}: “{given}” is not a document; write its type and number, such as "
              "ec_cedula 1600123456."),
            value,
        )  # fmt: skip

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, dict) or not isinstance(value.get("number"), str):
            return None
        code = plain(value.get("type"))
        shown = label_of(self.choices, code) if labels else code
        return f"{shown}: {plain(value['number'])}"

    def from_column(self, stored: SqlScalar) -> Value:
        return from_json(stored)

    def offered(self) -> Choices:
        usual = here().documents
        order = {code: place for place, code in enumerate(usual)}
        return tuple(sorted(self.choices, key=lambda one: order.get(one[0], len(order))))

    def remark(self, value: Value) -> str:
        number = str(value.get("number", "")) if isinstance(value, dict) else ""
        code = value.get("type") if isinstance(value, dict) else None
        if code == "ec_cedula" and not cedula_is_sound(number):
            return _("The last digit does not fit this cédula; compare it with the card.")
        if code == "pa_cedula" and not panamanian_is_sound(number):
            return _("A Panamanian cédula reads like 8-123-4567; compare it with the card.")
        return ""


def _panamanian(number: str) -> str:
    """Write a cédula with plain hyphens and without the zeros some forms put in front."""
    parts = re.split(r"\s*[-–—−]\s*|\s+", number)
    if len(parts) != 3:
        return number
    bare = "-".join(part.lstrip("0") or part for part in parts)
    return bare if panamanian_is_sound(bare) else number


def _likely_type(number: str) -> str:
    if _CEDULA.fullmatch(number):
        return "ec_cedula"
    return "pa_cedula" if _PANAMA.fullmatch(number) else "other"
