"""The one file that knows a colour, a distance or a size of type.

Everything else names a role ("danger", "caption"), so that light, dark, high contrast and a larger
text size are one decision taken here and applied while Kipu runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import (
    QAccessibilityHints,
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from app.views.stylesheet import SHEET

Mode = Literal["system", "light", "dark", "contrast"]
Role = Literal["ink", "muted", "primary", "on_primary", "info", "warning", "danger", "surface"]
TypeSize = Literal["caption", "body", "section", "title", "question"]

TYPE: Final[dict[TypeSize, int]] = {
    "caption": 13,
    "body": 15,
    "section": 18,
    "question": 20,
    "title": 24,
}
"""Sizes of type in pixels at text size 1."""

SMALLEST, LARGEST = 0.8, 2.0
"""How far a person may change the text size."""

TIGHT, NEAR, HALF, WIDE, FAR, VAST = 4, 8, 12, 16, 24, 32
"""The only distances, in pixels; they stay the same at every text size."""

ROW, TARGET, CORNER, RING, TICK = 36, 32, 6, 2, 14
"""Height of a row, smallest target, radius of a corner, width of the focus ring and side of a tick
box, in pixels."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one appearance by what they are for, as ``#rrggbb``."""

    background: str
    surface: str
    line: str
    ink: str
    muted: str
    primary: str
    on_primary: str
    info: str
    warning: str
    danger: str
    soft: float = 0.1
    """How much of a state's colour goes into the ground of its chip or banner."""


LIGHT: Final = Tokens(
    background="#F7F7F3",
    surface="#FFFFFF",
    line="#D5D9D3",
    ink="#1C2421",
    muted="#55605A",
    primary="#1F5E4B",
    on_primary="#FFFFFF",
    info="#225F85",
    warning="#8A5A00",
    danger="#A3281C",
)
DARK: Final = Tokens(
    background="#12181A",
    surface="#1B2325",
    line="#364143",
    ink="#E7EDE9",
    muted="#A3B0AA",
    primary="#7CCBAA",
    on_primary="#12181A",
    info="#86BFE3",
    warning="#E8B85C",
    danger="#F2968A",
)


def mix(colour: str, ground: str, share: float) -> str:
    """Return ``share`` of ``colour`` laid over ``ground``."""
    top, below = QColor(colour), QColor(ground)
    parts = (
        round(a * share + b * (1 - share))
        for a, b in zip(top.getRgb()[:3], below.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*parts).name()


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    shade = QColor(colour)
    red, green, blue = linear(shade.redF()), linear(shade.greenF()), linear(shade.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def from_system(palette: QPalette) -> Tokens:
    """Return the tokens of a high contrast palette: ink for every state, whose icon and word
    carry the difference. A palette of too little contrast is answered with black and white."""
    ground = palette.color(QPalette.ColorRole.Base).name()
    ink = palette.color(QPalette.ColorRole.Text).name()
    chosen = palette.color(QPalette.ColorRole.Highlight).name()
    on_chosen = palette.color(QPalette.ColorRole.HighlightedText).name()
    if contrast(ground, ink) < 7:
        dark = _luminance(ground) < 0.2
        ground, ink = ("#000000", "#FFFFFF") if dark else ("#FFFFFF", "#000000")
    if contrast(chosen, on_chosen) < 7 or contrast(chosen, ground) < 4.5:
        chosen, on_chosen = ink, ground
    # fmt: off
    return Tokens(ground, ground, ink, ink, ink, chosen, on_chosen, ink, ink, ink, soft=0.0)
    # fmt: on


class Theme(QObject):
    """The appearance of the running window; ``changed`` follows every switch."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._system = QPalette(app.palette())
        self._mode: Mode = "system"
        self._scale = 1.0
        self.tokens = LIGHT
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def scale(self) -> float:
        """The person's text size, 1 being the design's."""
        return self._scale

    def apply(self, mode: Mode = "system", scale: float = 1.0) -> None:
        """Show the whole program in ``mode`` with text ``scale`` times as large (0.8 to 2).

        Raises ValueError for a mode that does not exist.
        """
        if mode not in get_args(Mode):
            raise ValueError(f"no such appearance: {mode!r}")
        self._mode = mode
        self._scale = min(max(scale, SMALLEST), LARGEST)
        self.tokens = self._choose()
        self._app.setStyle(QStyleFactory.create("Fusion"))
        self._app.setPalette(palette_of(self.tokens))
        self._app.setFont(self.font("body"))
        self._app.setStyleSheet(SHEET.substitute(self._words()))
        self.changed.emit()

    def px(self, size: TypeSize = "body") -> int:
        """Return a size of type in pixels at the person's text size."""
        return round(TYPE[size] * self._scale)

    def row(self) -> int:
        """Return the height of a table row in pixels."""
        return round(ROW * self._scale)

    def font(self, size: TypeSize = "body") -> QFont:
        font = QFont(self._app.font())
        font.setPixelSize(self.px(size))
        return font

    def colour(self, role: Role) -> QColor:
        return QColor(getattr(self.tokens, role))

    def ground(self, role: Role) -> QColor:
        """Return the pale ground on which a state of this role is written."""
        tokens = self.tokens
        return QColor(mix(getattr(tokens, role), tokens.surface, tokens.soft))

    def _choose(self) -> Tokens:
        hints = self._app.styleHints()
        mode = self._mode
        if mode == "contrast" or (mode == "system" and _wants_contrast(hints.accessibility())):
            return from_system(self._system)
        dark = hints.colorScheme() == Qt.ColorScheme.Dark if mode == "system" else mode == "dark"
        return DARK if dark else LIGHT

    def _system_changed(self) -> None:
        if self._mode in ("system", "contrast"):
            self._system = QPalette(QGuiApplication.style().standardPalette())  # type: ignore[attr-defined]
            self.apply(self._mode, self._scale)

    def _words(self) -> dict[str, str]:
        tokens = self.tokens
        words = {name: getattr(tokens, name) for name in tokens.__slots__ if name != "soft"}
        for role in ("primary", "info", "warning", "danger"):
            shade = getattr(tokens, role)
            words[f"{role}_ground"] = mix(shade, tokens.surface, tokens.soft)
        words["hover"] = mix(tokens.primary, tokens.surface, tokens.soft)
        # Where a field begins must be seen: three to one against what it lies on.
        words["edge"] = words["handle"] = mix(tokens.muted, tokens.surface, 0.7)
        # Where everything is ink (high contrast), a ring of ink on ink would be none: it is dashed.
        on_ink = contrast(tokens.primary, tokens.ink) < 1.5
        ring = ("dashed", tokens.on_primary) if on_ink else ("solid", tokens.ink)
        words["ring_on_primary"] = " ".join(ring)
        words["primary_hover"] = mix(tokens.primary, tokens.ink, 0.85)
        words |= {f"px_{size}": f"{self.px(size)}px" for size in TYPE}
        words |= {"corner": f"{CORNER}px", "ring": f"{RING}px", "target": f"{TARGET}px"}
        words["tick"] = f"{round(TICK * self._scale)}px"
        # A line of text at large sizes is higher than the least a field is high.
        words["line_high"] = f"{max(20, QFontMetrics(self.font()).height() + 1)}px"
        return words


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette Fusion draws with."""
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: tokens.background,
        role.WindowText: tokens.ink,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.background,
        role.Text: tokens.ink,
        role.Button: tokens.surface,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.danger,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.ink,
        role.PlaceholderText: tokens.muted,
        role.Highlight: tokens.primary,
        role.HighlightedText: tokens.on_primary,
        role.Accent: tokens.primary,
        role.Link: tokens.info,
        role.LinkVisited: tokens.info,
        role.Light: tokens.surface,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.muted,
        role.Shadow: tokens.line,
    }
    for which, colour in pairs.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.muted))
    return palette


def theme() -> Theme:
    """Return the theme of the running application, made at the first call.

    Raises RuntimeError before there is an application.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("the theme needs a running application")
    found = app.findChild(Theme, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, Theme) else Theme(app)


def mark(widget: QWidget, **roles: str) -> None:
    """Give ``widget`` roles the stylesheet knows (``type="title"``, ``kind="main"``) and redraw."""
    for name, value in roles.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def _wants_contrast(hints: QAccessibilityHints) -> bool:
    return hints.contrastPreference() == Qt.ContrastPreference.HighContrast
