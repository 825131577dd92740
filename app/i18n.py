"""The words people read, in Spanish or English, switchable while Kipu runs.

The texts in the code are English and are their own keys; Spanish comes from the catalogue in
``resources/locale``. Views translate when they draw, so a switch needs no restart.
"""

from __future__ import annotations

import gettext as _gettext
import locale
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Final, Literal, final, get_args

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT: Final[Language] = "es"
DOMAIN: Final = "kipu"


class _Voice:
    """The language being spoken and its catalogue; one per process."""

    def __init__(self) -> None:
        self.language: Language | None = None
        self.catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
        # What one thread says to somebody else must not change the words of the others.
        self.aside = threading.local()


_voice = _Voice()


def _(message: str) -> str:
    """Return ``message`` in the current language; an unknown message comes back as it is."""
    # gettext answers the empty key with the catalogue's header.
    return _catalogue().gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of the message that fits ``count`` in the current language."""
    return _catalogue().ngettext(singular, plural, count)


@final
class LazyText:
    """A label declared while modules load and translated each time it is shown.

    ``str(label)`` and ``f"{label}"`` speak the language of that moment. It is deliberately no
    ``str``: Qt would read a subclass's buffer and show the English key for ever.
    """

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return _(self.message)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def format(self, *args: object, **fields: object) -> str:
        """Translate, then fill in the placeholders."""
        return str(self).format(*args, **fields)

    def __repr__(self) -> str:
        return f"lazy({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyText) and other.message == self.message

    def __hash__(self) -> int:
        return hash((LazyText, self.message))


Text = str | LazyText
"""What a declaration may hold as a label; ``str()`` of either is the text to show."""


def lazy(message: str) -> LazyText:
    """Return a label for ``message`` that is translated when it is shown."""
    return LazyText(message)


def set_language(language: Language) -> None:
    """Speak ``language`` from now on, in the whole process.

    Raises ValueError for a language Kipu does not have.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Kipu does not speak {language!r}")
    _voice.catalogue = catalogue(language)
    _voice.language = language


@contextmanager
def speaking(language: Language | None) -> Iterator[None]:
    """Speak another language for a moment, in this thread alone; None changes nothing.

    For what is said to a respondent, whose language need not be that of the window.
    """
    before = getattr(_voice.aside, "catalogue", None)
    if language is not None:
        _voice.aside.catalogue = catalogue(language)
    try:
        yield
    finally:
        _voice.aside.catalogue = before


def current() -> Language:
    """Return the language being spoken; the first call settles it from the environment."""
    if _voice.language is None:
        set_language(preferred())
    assert _voice.language is not None
    return _voice.language


def preferred(chosen: str = "", environ: Mapping[str, str] = os.environ) -> Language:
    """Return the language to start in: the one chosen in the settings, KIPU_LANG, the system's.

    Locale names count by their language (``es_EC.UTF-8`` is Spanish); what Kipu does not speak is
    passed over, and Spanish is spoken when nothing fits.
    """
    names = [chosen, environ.get("KIPU_LANG", ""), *_system_languages(environ)]
    return _first_spoken(names) or DEFAULT


def _first_spoken(names: Iterable[str]) -> Language | None:
    for name in names:
        code = name.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        for language in LANGUAGES:
            if code == language:
                return language
    return None


def _system_languages(environ: Mapping[str, str]) -> list[str]:
    names = environ.get("LANGUAGE", "").split(":")
    # The first of these that is set decides, as in gettext itself.
    names += [environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(key)][:1]
    if sys.platform == "win32":
        import ctypes

        ui_language = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        names.append(locale.windows_locale.get(ui_language, ""))
    return names


@cache
def catalogue(language: Language) -> _gettext.NullTranslations:
    """Return the words of ``language``, whatever is being spoken: a document has its own."""
    if language == "en":
        return _gettext.NullTranslations()
    compiled = files("resources") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with compiled.open("rb") as stream:
        return _gettext.GNUTranslations(stream)


def _catalogue() -> _gettext.NullTranslations:
    if _voice.language is None:
        set_language(preferred())
    aside: _gettext.NullTranslations | None = getattr(_voice.aside, "catalogue", None)
    return _voice.catalogue if aside is None else aside
