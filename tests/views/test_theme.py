"""Every pair of colours that carries text can be read, in every appearance."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.views import theme as looks
from app.views.theme import DARK, LIGHT, Tokens, contrast, from_system, mix, palette_of, theme

AA = 4.5


def _system(ground: str, ink: str) -> Tokens:
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Base, ground),
        (QPalette.ColorRole.Text, ink),
        (QPalette.ColorRole.Highlight, ink),
        (QPalette.ColorRole.HighlightedText, ground),
    ):
        palette.setColor(role, QColor(colour))
    return from_system(palette)


APPEARANCES = {
    "light": LIGHT,
    "dark": DARK,
    "contrast dark": _system("#000000", "#FFFF00"),
    "contrast light": _system("#FFFFFF", "#000000"),
    "contrast without contrast": _system("#777777", "#888888"),
}


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_every_text_reaches_aa_on_page_and_surface(tokens: Tokens) -> None:
    roles = ("ink", "muted", "primary", "info", "warning", "danger")
    for role, ground in product(roles, (tokens.background, tokens.surface)):
        assert contrast(getattr(tokens, role), ground) >= AA, (role, ground)


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_captions_and_hints_reach_six_to_one(tokens: Tokens) -> None:
    for ground in (tokens.background, tokens.surface):
        assert contrast(tokens.muted, ground) >= 6


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_states_can_be_read_on_their_own_pale_ground(tokens: Tokens) -> None:
    for role in ("primary", "info", "warning", "danger"):
        ground = mix(getattr(tokens, role), tokens.surface, tokens.soft)
        assert contrast(getattr(tokens, role), ground) >= AA, role
        assert contrast(tokens.ink, ground) >= AA, role


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_the_main_button_can_be_read_and_its_focus_ring_seen(tokens: Tokens) -> None:
    assert contrast(tokens.on_primary, tokens.primary) >= AA
    assert contrast(tokens.primary, tokens.surface) >= 3
    assert contrast(tokens.primary, tokens.background) >= 3


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_palette_speaks_the_tokens() -> None:
    palette = palette_of(DARK)
    assert palette.color(QPalette.ColorRole.Window).name().upper() == DARK.background
    assert palette.color(QPalette.ColorRole.Highlight).name().upper() == DARK.primary


def test_appearance_and_text_size_switch_at_once(qtbot, qapp: QApplication) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().apply("dark", 1.5)
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.background
    assert qapp.font().pixelSize() == 22
    assert theme().px("title") == 36


def test_text_size_stays_within_what_the_pages_stand(qapp: QApplication) -> None:
    theme().apply("light", 9)
    assert theme().scale == looks.LARGEST
    theme().apply("light", 0)
    assert theme().scale == looks.SMALLEST


def test_an_unknown_appearance_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="purple"):
        theme().apply("purple")  # type: ignore[arg-type]


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_the_practice_band_can_be_read_and_its_stripes_seen(tokens: Tokens) -> None:
    pale = mix(tokens.warning, tokens.surface, tokens.soft)
    assert contrast(tokens.warning, tokens.surface) >= AA
    assert contrast(tokens.ink, tokens.background) >= AA
    assert contrast(tokens.warning, pale) >= 3


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_what_is_chosen_disabled_or_marked_can_be_read(tokens: Tokens) -> None:
    hover = mix(tokens.primary, tokens.surface, tokens.soft)
    marked = mix(tokens.warning, tokens.surface, tokens.soft)
    pairs = (
        (tokens.on_primary, mix(tokens.primary, tokens.ink, 0.85)),
        (tokens.ink, hover),
        (tokens.primary, hover),
        (tokens.muted, tokens.background),
        (tokens.info, tokens.background),
        (tokens.ink, marked),
    )
    for words, ground in pairs:
        assert contrast(words, ground) >= AA, (words, ground)


@pytest.mark.parametrize("tokens", APPEARANCES.values(), ids=APPEARANCES)
def test_the_palette_s_own_pairs_can_be_read(tokens: Tokens) -> None:
    palette = palette_of(tokens)
    role = QPalette.ColorRole
    pairs = (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button),
        (role.ToolTipText, role.ToolTipBase),
        (role.HighlightedText, role.Highlight),
        (role.PlaceholderText, role.Base),
        (role.Link, role.Base),
    )
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
        for words, ground in pairs:
            one, other = palette.color(group, words).name(), palette.color(group, ground).name()
            assert contrast(one, other) >= AA, (group, words, one, other)
