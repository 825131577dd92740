"""Words: one line, or as many as it takes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.fields.base import Field
from sync.values import Value

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Text(Field):
    """One line of words; a pasted line break becomes a space. ``limit`` is in characters.

    ``coded`` ones, such as a folio, hold no words: lists order them as they stand.
    """

    _: KW_ONLY
    limit: int = 1_000
    coded: bool = False
    written_as: ClassVar[Label] = lazy("words on one line")
    longest: ClassVar[int] = 10_000_000

    def _check(self, value: Value) -> Value:
        return " ".join(self._clean(value).split()) or None

    def _format(self, value: Value, labels: bool) -> str | None:
        return value if isinstance(value, str) else None

    def _clean(self, value: Value) -> str:
        if not isinstance(value, str):
            raise self.refuse(_("{field}: “{given}” is not text; put it in quotes."), value)
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise self.refuse(_("{field}: the text is damaged; type it again."), value)
        text = _CONTROLS.sub("", _BREAKS.sub("\n", unicodedata.normalize("NFC", value)))
        if len(text) > self.limit:
            sentence = _("{field}: {count} characters are too many; write at most {limit}.")
            raise self.refuse(
                sentence.replace("{count}", str(len(text))).replace("{limit}", str(self.limit)), ""
            )
        return text


@dataclass(frozen=True)
class LongText(Text):
    """Words with paragraphs."""

    _: KW_ONLY
    limit: int = 1_000_000
    written_as: ClassVar[Label] = lazy("words, as many lines as needed")

    def _check(self, value: Value) -> Value:
        return self._clean(value).strip() or None
