"""Switching the language while Kipu runs: our words, Qt's own words, dates and decimals."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app import i18n
from app.models import country
from app.views.qt_words import QtWords

_SPANISH: Final = {"ec": QLocale.Country.Ecuador, "pa": QLocale.Country.Panama}
NAMES: Final[dict[i18n.Language, str]] = {"es": "Español", "en": "English"}
"""What each language calls itself; never translated."""


class Retranslated:
    """Mixed in before a Qt class: ``retranslate`` runs again whenever the language changes.

    The widget calls ``retranslate`` itself at the end of its construction.
    """

    def retranslate(self) -> None:
        """Set every word this widget shows."""
        raise NotImplementedError

    def changeEvent(self, event: Any) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)  # type: ignore[misc]


def locale_of(language: i18n.Language) -> QLocale:
    """Return how a language writes dates and numbers in the project's country."""
    if language == "en":
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    return QLocale(QLocale.Language.Spanish, _SPANISH[country.here().code])


def follow_country() -> None:
    """Show everything anew where the project turned out to be another country's."""
    if QLocale() != locale_of(i18n.current()):
        speak(i18n.current())


def speak(language: i18n.Language) -> None:
    """Show the whole program in ``language``, windows that are open too.

    Raises ValueError for a language Kipu does not have.
    """
    i18n.set_language(language)
    QLocale.setDefault(locale_of(language))
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    _swap_translator(app, language)
    for window in app.topLevelWidgets():
        window.setLocale(locale_of(language))
        QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))


def _swap_translator(app: QApplication, language: i18n.Language) -> None:
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
    # Installed last, so that it is asked first.
    app.installTranslator(QtWords(app))
