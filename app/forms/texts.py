"""The texts of a form by identifier, turned into words when someone first asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from app.forms.formula import Formula
from app.forms.places import Place
from app.forms.words import NO_WORDS, Phrase, Words

MEDIA_FORMS = frozenset({"image", "big-image", "audio", "video"})
_ITEXT = re.compile(r"\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\"|([\w.\-/]+))\s*\)\s*")

MakeFormula = Callable[[str, Place, str], Formula | None]


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


class Texts:
    """All translations of a form: text identifier → language → ``text`` element."""

    def __init__(self, model: Element, make: MakeFormula) -> None:
        self.languages: list[str] = []
        self.default = ""
        self._make = make
        self._entries: dict[str, dict[str, Element]] = {}
        self._made: dict[tuple[str, int], Words] = {}
        for itext in model:
            if local(itext) == "itext":
                for translation in itext:
                    self._add(translation)

    def _add(self, translation: Element) -> None:
        language = translation.get("lang", "")
        self.languages.append(language)
        if not self.default or "default" in translation.attrib:
            self.default = language
        for text in translation:
            self._entries.setdefault(text.get("id", ""), {})[language] = text

    def words(self, name: str, place: Place) -> Words:
        """Return the text ``name``, quoting answers as seen from ``place``."""
        key = (name, place.number)
        if key not in self._made:
            self._made[key] = self._words(self._entries.get(name, {}), place)
        return self._made[key]

    def _words(self, entry: dict[str, Element], place: Place) -> Words:
        plain: dict[str, Phrase] = {}
        bare: dict[str, Phrase] = {}
        forms: dict[str, dict[str, Phrase]] = {}
        for language, text in entry.items():
            for value in text:
                form = value.get("form", "")
                phrase = self.phrase(value, place)
                if form in ("", "long"):
                    # pyxform writes a dash where a translation is missing.
                    (bare if phrase == ("-",) else plain)[language] = phrase
                else:
                    forms.setdefault(form, {})[language] = phrase
        return Words(plain or bare, forms)

    def media(self) -> Iterator[tuple[str, str]]:
        """Yield (text identifier, kind of media) wherever a text comes with a picture or sound."""
        for name, entry in self._entries.items():
            kinds = {value.get("form", "") for text in entry.values() for value in text}
            for kind in sorted(kinds & MEDIA_FORMS):
                yield name, kind

    def phrase(self, element: Element, place: Place) -> Phrase:
        """Return the text of an element, its ``output`` children as formulas."""
        if not len(element):
            return (element.text,) if element.text else ()
        parts: list[str | Formula] = [element.text] if element.text else []
        for child in element:
            if local(child) == "output":
                formula = self._make(child.get("value") or child.get("ref") or "", place, "label")
                if formula is not None:
                    parts.append(formula)
            if child.tail:
                parts.append(child.tail)
        return tuple(parts)

    def read(self, element: Element | None, place: Place) -> Words:
        """Return the words of a ``label`` or ``hint``: by reference, or written inside it."""
        if element is None:
            return NO_WORDS
        reference = element.get("ref")
        if reference is None:
            phrase = self.phrase(element, place)
            return Words({"": phrase}) if phrase else NO_WORDS
        return self.message(reference, place)

    def message(self, written: str | None, place: Place) -> Words:
        """Return the words of an attribute: a ``jr:itext`` reference, or the text itself."""
        if not written:
            return NO_WORDS
        match = _ITEXT.fullmatch(written)
        if match is None and written.lstrip().startswith("jr:itext("):
            formula = self._make(written, place, "label")
            return NO_WORDS if formula is None else Words({"": (formula,)})
        if match is None:
            return Words({"": (written,)})
        return self.words(match[1] or match[2] or "", place)


def itext_argument(reference: str) -> str | None:
    """Return the child that names the text, as in ``jr:itext(itextId)``; None if not so written."""
    match = _ITEXT.fullmatch(reference)
    return match[3] if match else None
