"""Counts, measures, yes or no, and money."""

from __future__ import annotations

import math
import re
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal as Exact
from typing import ClassVar

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models import country
from app.models.fields.base import Column, Field, SqlScalar, from_json, json_object, plain
from sync.values import INT_LIMIT, Value, canonical

_SPACES = re.compile("[\\s\u00a0\u202f']")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_BOTH_MARKS = re.compile(
    r"[+-]?\d{1,3}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*(?!(?P=mark))[.,]\d+"
)
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "si", "sí", "s", "verdadero", "v"})
_NO = frozenset({"no", "n", "false", "f", "0", "falso"})
_CURRENCY = re.compile(r"(?P<before>[A-Za-z]{3}|\$|B/\.)?(?P<amount>.*?)(?P<after>[A-Za-z]{3})?")
# Longer than any number a float can be.
_LONGEST = 400
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,4})?")


def plain_number(text: str) -> str | None:
    """Return ``text`` as a number with a point, or None when it is none.

    Both "1,5" and "1.5" are one and a half: a single mark is the decimal one. Where a mark repeats
    or both occur, the grouping ones go ("1.234,5", "1,234,567").
    """
    text = _SPACES.sub("", text).replace("−", "-")
    if _BOTH_MARKS.fullmatch(text):
        whole, mark, decimals = text.rpartition("," if text.rfind(",") > text.rfind(".") else ".")
        return re.sub("[.,]", "", whole) + mark.replace(",", ".") + decimals
    if text.count(".") > 1 or text.count(",") > 1:
        return re.sub("[.,]", "", text) if _GROUPED.fullmatch(text) else None
    return text.replace(",", ".") if _PLAIN.fullmatch(text) else None


def ungrouped(text: str) -> str:
    """Return what was typed without the marks that group digits in this country.

    "1.500" is fifteen hundred in Ecuador and one and a half in Panama. What is not grouped as
    people here do comes back as it is.
    """
    compact = _SPACES.sub("", text).replace("−", "-")
    found = _GROUPED.fullmatch(compact)
    if found and found["mark"] == country.group_mark():
        return compact.replace(country.group_mark(), "")
    return text


@dataclass(frozen=True)
class Integer(Field):
    """A whole number; ``low`` and ``high`` are the first and last it may be.

    ``grouped`` ones, such as a population, are read with their digits in threes; a year is not.
    """

    _: KW_ONLY
    grouped: bool = False
    low: int = 1 - INT_LIMIT
    high: int = INT_LIMIT - 1
    column: ClassVar[Column] = "INTEGER"
    written_as: ClassVar[Label] = lazy("a whole number, such as 12")

    def _parse(self, text: str) -> Value:
        # Whole numbers have no decimals, so one mark before three digits can only group them.
        compact = _SPACES.sub("", text).replace("−", "-")
        number = re.sub("[.,]", "", compact) if _GROUPED.fullmatch(compact) else plain_number(text)
        whole = None if number is None else _whole(number)
        return self._check(text if whole is None else whole)

    def _check(self, value: Value) -> Value:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(
                _("{field}: “{given}” is not a whole number; write digits only, such as 12."), value
            )
        if not self.low <= value <= self.high:
            sentence = _("{field}: {given} is out of range; write a number from {low} to {high}.")
            raise self.refuse(
                sentence.replace("{low}", str(self.low)).replace("{high}", str(self.high)), value
            )
        return value

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, int):
            return None
        return country.grouped(str(value)) if labels and self.grouped else str(value)


def _whole(number: str) -> int | None:
    if len(number) > _LONGEST:
        return None
    exact = Exact(number)
    fits = -INT_LIMIT < exact < INT_LIMIT and exact == exact.to_integral_value()
    return int(exact) if fits else None


@dataclass(frozen=True)
class Decimal(Field):
    """A measure with decimals; whole ones are stored as whole numbers."""

    _: KW_ONLY
    low: float = -math.inf
    high: float = math.inf
    column: ClassVar[Column] = "REAL"
    written_as: ClassVar[Label] = lazy("a number, such as 1.5 or 1,5")

    def read(self, text: str) -> Value:
        return self.parse(ungrouped(text))

    def _parse(self, text: str) -> Value:
        number = plain_number(text)
        if number is None or len(number) > _LONGEST:
            return self._check(text)
        return self._check(int(number) if number.lstrip("+-").isdecimal() else float(number))

    def _check(self, value: Value) -> Value:
        whole = isinstance(value, int) and abs(value) < INT_LIMIT
        if isinstance(value, bool) or not (whole or isinstance(value, float)):
            raise self.refuse(
                _("{field}: “{given}” is not a number; write it like 1.5 or 1,5."), value
            )
        assert isinstance(value, int | float)
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise self.refuse(_("{field}: {given} is out of range; check the number."), value)
        return canonical(value)

    def _format(self, value: Value, labels: bool) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return country.grouped(repr(value)) if labels else repr(value)

    def from_column(self, stored: SqlScalar) -> Value:
        # A REAL column hands whole numbers back as floats.
        return canonical(stored)


@dataclass(frozen=True)
class Boolean(Field):
    """Yes or no."""

    column: ClassVar[Column] = "INTEGER"
    written_as: ClassVar[Label] = lazy("yes or no")

    def _parse(self, text: str) -> Value:
        word = text.casefold()
        return True if word in _YES else False if word in _NO else self._check(text)

    def _check(self, value: Value) -> Value:
        if not isinstance(value, bool):
            raise self.refuse(
                _("{field}: “{given}” is neither yes nor no; write yes or no."), value
            )
        return value

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, bool):
            return None
        return (_("yes") if value else _("no")) if labels else str(value).lower()

    def from_column(self, stored: SqlScalar) -> Value:
        return bool(stored) if stored in (0, 1) else stored


@dataclass(frozen=True)
class Money(Field):
    """An amount in a currency, one value: {"amount": "12.50", "currency": "USD"}.

    Without a ``currency`` of its own, it is that of the project's country.
    """

    _: KW_ONLY
    currency: str = ""
    written_as: ClassVar[Label] = lazy("an amount, such as 12.50 or 12.50 PAB")

    def read(self, text: str) -> Value:
        match = _CURRENCY.fullmatch(text.strip())
        if match is None or json_object(text) is not None:
            return self.parse(text)
        parts = match["before"], ungrouped(match["amount"]), match["after"]
        return self.parse(" ".join(part for part in parts if part))

    def _parse(self, text: str) -> Value:
        written = json_object(text)
        if written is not None:
            return self._check(dict(written))
        match = _CURRENCY.fullmatch(text.strip())
        number = match and match["amount"] and plain_number(match["amount"])
        if not match or not number or _GROUPED.fullmatch(_SPACES.sub("", match["amount"])):
            # "1.500" is fifteen hundred to one reader and one and a half to the next.
            raise self._unreadable(text)
        named = match["after"] or {None: self._usual(), "$": "USD", "B/.": "PAB"}.get(
            match["before"], match["before"]
        )
        return self._check({"amount": number, "currency": named})

    def _check(self, value: Value) -> Value:
        if not isinstance(value, dict) or not set(value) <= {"amount", "currency"}:
            raise self._unreadable(value)
        amount, currency = value.get("amount"), value.get("currency", self._usual())
        if isinstance(amount, int | float) and not isinstance(amount, bool):
            amount = format(Exact(repr(amount)), "f")
        if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
            raise self._unreadable(value)
        if not isinstance(currency, str) or not re.fullmatch("[A-Za-z]{3}", currency):
            raise self.refuse(
                _("{field}: “{given}” needs a currency of three letters, such as USD."), value
            )
        exact = Exact(amount)
        cents = exact.quantize(Exact("0.01")) if exact == round(exact, 2) else exact.normalize()
        return {"amount": format(cents, "f"), "currency": currency.upper()}

    def _usual(self) -> str:
        return self.currency or country.here().currency

    def _unreadable(self, value: Value) -> Exception:
        return self.refuse(
            _("{field}: “{given}” is not an amount; write it like 1500 or 1500.00 USD."), value
        )

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, dict) or not isinstance(value.get("amount"), str):
            return None
        amount = str(value["amount"])
        shown = country.grouped(amount) if labels else amount
        return f"{shown} {plain(value.get('currency'))}".strip()

    def from_column(self, stored: SqlScalar) -> Value:
        return from_json(stored)
