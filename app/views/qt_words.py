"""The words of Qt's own file dialog that its Spanish leaves in English, or says as Spain does.

Without a desktop's dialog Qt draws one of its own. Its texts were changed after they had been
translated, so some of them would stand there in English.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTranslator

from app.i18n import Text, lazy

_FILES: Final = "QFileDialog"
_MODEL: Final = "QFileSystemModel"
_KINDS: Final = "QAbstractFileIconProvider"
_WORDS: Final[dict[str, dict[str, Text]]] = {
    _FILES: {
        "&Look in:": lazy("&Look in:"),
        "&File name:": lazy("File &name:"),
        "File &name:": lazy("File &name:"),
        "Files of &type:": lazy("Files of &type:"),
        "Files of type:": lazy("Files of &type:"),
        "Directory:": lazy("Folder:"),
        "Find Directory": lazy("Choose a folder"),
        "All Files (*)": lazy("All files (*)"),
        "Show &hidden files": lazy("Show &hidden files"),
        "Parent Directory": lazy("Folder above"),
        "Go to the parent directory": lazy("Go to the folder above"),
        "File Folder": lazy("Folder"),
        "%1 already exists.\nDo you want to replace it?": lazy(
            "%1 already exists.\nDo you want to replace it?"
        ),
        "%1\nFile not found.\nPlease verify the correct file name was given.": lazy(
            "%1\nThere is no such file. See whether its name is right."
        ),
        "%1\nDirectory not found.\nPlease verify the correct directory name was given.": lazy(
            "%1\nThere is no such folder. See whether its name is right."
        ),
        "Could not delete directory.": lazy("The folder could not be deleted."),
    },
    _MODEL: {
        "Computer": lazy("Computer"),
        "My Computer": lazy("Computer"),
        "%1 byte(s)": lazy("%1 bytes"),
        "%1 bytes": lazy("%1 bytes"),
        "Invalid filename": lazy("That is no name for a file"),
        '<b>The name "%1" can not be used.</b>': lazy("<b>The name “%1” cannot be used.</b>"),
        '<b>The name "%1" cannot be used.</b>': lazy("<b>The name “%1” cannot be used.</b>"),
    },
    _KINDS: {
        "Drive": lazy("Drive"),
        "File": lazy("File"),
        "%1 File": lazy("%1 file"),
        "File Folder": lazy("Folder"),
        "Folder": lazy("Folder"),
        "Alias": lazy("Shortcut"),
        "Shortcut": lazy("Shortcut"),
        "Unknown": lazy("Unknown"),
    },
}


class QtWords(QTranslator):
    """Asked before Qt's own catalogue; it knows nothing but the words above."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        # None becomes the null that lets Qt ask the next catalogue; an empty text would not.
        found = _WORDS.get(context, {}).get(sourceText)
        return None if found is None else str(found)  # type: ignore[return-value]
