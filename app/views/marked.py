"""The little Markdown that forms write their texts in, made safe to show.

Everything is escaped first, so that the only marks in the result are those written here; no link
is followed and no picture is fetched. A colour is kept only where it can be read on the page.
"""

from __future__ import annotations

import html
import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from app.views.theme import contrast, mark, theme

_MOST: Final = 20_000
"""Characters read for marks; a longer text is shown as it is, so that none can hold up a page."""
_READABLE: Final = 4.5
_TIGHT: Final = "margin-top:0; margin-bottom:0"
_ESCAPED = re.compile(r"\\([\\*_#\[\]()<>`~.+-])")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,500})\)")
_STRONG = re.compile(
    r"\*\*(?=[^\s*])((?:[^*\n]|\*(?!\*)){1,1000}?)(?<=\S)\*\*"
    r"|(?<!\w)__(?=[^\s_])((?:[^_\n]|_(?!_)){1,1000}?)(?<=\S)__(?!\w)"
)
_SLANTED = re.compile(
    r"\*(?=[^\s*])([^*\n]{1,1000}?)(?<=\S)\*|(?<!\w)_(?=[^\s_])([^_\n]{1,1000}?)(?<=\S)_(?!\w)"
)
_SPAN = re.compile(r"<(span|p|font)((?:\s[^<>\n]{0,200})?)>|</(?:span|p|font)>", re.IGNORECASE)
_COLOUR = re.compile(r"color\s*[:=]\s*[\"']?\s*(#[0-9a-f]{3,8}|[a-z]{3,20})", re.IGNORECASE)
_TOKEN = re.compile("\ue000(\\d+)\ue001")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_BULLET = re.compile(r"[-*+]\s+(.+)")
_NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(.+)")


def has_marks(text: str) -> bool:
    """Tell whether a text reads differently from how it is written."""
    return len(text) <= _MOST and plain(text) != text


def plain(text: str) -> str:
    """Return a text without its marks, one line for each of its lines."""
    if len(text) > _MOST:
        return text
    return "\n".join(_unmarked(line) for line in text.splitlines()) if text else ""


def to_html(text: str) -> str:
    """Return a text as the rich text of a label, in the colours of the present appearance."""
    kept: list[str] = []
    shown: list[str] = []
    for line in text.splitlines():
        shown.append(_block(line, kept))
    joined = "".join(shown)
    return _TOKEN.sub(lambda found: kept[int(found[1])], joined)


def _unmarked(line: str) -> str:
    kept: list[str] = []
    stripped = line.strip()
    if (found := _HEADING.fullmatch(stripped)) is not None:
        line = found[2]
    elif (found := _BULLET.fullmatch(stripped)) is not None:
        line = f"• {found[1]}"
    line = _aside(line, kept, escape=False)
    line = _LINK.sub(r"\1 (\2)", line)
    line = _SPAN.sub("", line)
    line = _STRONG.sub(_inner, line)
    line = _SLANTED.sub(_inner, line)
    return _TOKEN.sub(lambda found: kept[int(found[1])], line)


def _inner(found: re.Match[str]) -> str:
    return next(part for part in found.groups() if part is not None)


def _aside(line: str, kept: list[str], *, escape: bool) -> str:
    """Put what is escaped with a backslash out of the reach of the marks."""

    def put(found: re.Match[str]) -> str:
        kept.append(html.escape(found[1]) if escape else found[1])
        return f"\ue000{len(kept) - 1}\ue001"

    # The two signs that stand for what was put aside must not come from the form itself.
    return _ESCAPED.sub(put, line.replace("\ue000", "").replace("\ue001", ""))


def _block(line: str, kept: list[str]) -> str:
    stripped = line.strip()
    if (found := _HEADING.fullmatch(stripped)) is not None:
        size = theme().px("title" if len(found[1]) == 1 else "section")
        words = _inline(found[2], kept)
        return f'<p style="{_TIGHT}; font-size:{size}px; font-weight:600">{words}</p>'
    if (found := _BULLET.fullmatch(stripped)) is not None:
        return f'<p style="{_TIGHT}; margin-left:16px">•&nbsp;&nbsp;{_inline(found[1], kept)}</p>'
    if (found := _NUMBERED.fullmatch(stripped)) is not None:
        number, words = found[1], _inline(found[2], kept)
        return f'<p style="{_TIGHT}; margin-left:16px">{number}.&nbsp;&nbsp;{words}</p>'
    return f'<p style="{_TIGHT}">{_inline(line, kept) or "&nbsp;"}</p>'


def _inline(line: str, kept: list[str]) -> str:
    line = _aside(line, kept, escape=True)
    spans: list[bool] = []

    def span(found: re.Match[str]) -> str:
        if not found[1]:
            return _keep("</span>" if spans and spans.pop() else "", kept)
        colour = _COLOUR.search(found[2])
        shown = _readable(colour[1]) if colour else ""
        spans.append(bool(shown))
        return _keep(f'<span style="color:{shown}">' if shown else "", kept)

    def link(found: re.Match[str]) -> str:
        words, where = html.escape(found[1]), html.escape(found[2])
        return _keep(f"<u>{words}</u> ({where})", kept)

    line = _LINK.sub(link, line)
    line = _SPAN.sub(span, line)
    line = html.escape(line)
    line = _STRONG.sub(lambda found: f"<b>{_inner(found)}</b>", line)
    line = _SLANTED.sub(lambda found: f"<i>{_inner(found)}</i>", line)
    return line + "</span>" * sum(spans)


def _keep(made: str, kept: list[str]) -> str:
    kept.append(made)
    return f"\ue000{len(kept) - 1}\ue001"


def _readable(named: str) -> str:
    """Return a colour that can be read on the page, empty where it could not."""
    colour = QColor.fromString(named)
    if not colour.isValid():
        return ""
    written = QColor(colour.rgb()).name()
    return written if contrast(written, theme().tokens.background) >= _READABLE else ""


class MarkedLabel(QLabel):
    """Words of a form; ``text`` returns them as they read."""

    def __init__(self, type_: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        mark(self, type=type_)
        theme().changed.connect(self._show)

    def setText(self, text: str) -> None:
        if text != self._source:
            self._source = text
            self._show()

    def text(self) -> str:
        return plain(self._source)

    def _show(self) -> None:
        if has_marks(self._source):
            self.setTextFormat(Qt.TextFormat.RichText)
            super().setText(to_html(self._source))
        else:
            self.setTextFormat(Qt.TextFormat.PlainText)
            super().setText(self._source)
        self.setAccessibleName(plain(self._source))
