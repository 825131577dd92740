"""Everything people read exists in Spanish and English, and can be switched while Kipu runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import catalogue
import pytest
from babel.messages.catalog import Catalog

from app import i18n

ROOT = Path(__file__).resolve().parent.parent
MARKERS = {"_", "lazy", "ngettext"}
# Calls whose first text a person reads, so that it must come through a marker.
SHOWN = {
    "KipuError",
    "QAction",
    "QCheckBox",
    "QGroupBox",
    "QLabel",
    "QPushButton",
    "QRadioButton",
    "QToolButton",
    "addMenu",
    "addTab",
    "secho",
    "setAccessibleDescription",
    "setAccessibleName",
    "setPlaceholderText",
    "setStatusTip",
    "setText",
    "setTitle",
    "setToolTip",
    "setWhatsThis",
    "setWindowTitle",
}
SAME_EVERYWHERE = {"Kipu"}
SHOWN_BY_CLICK = {"echo", "confirm", "prompt", "ClickException", "UsageError", "BadParameter"}


def modules(*folders: str) -> list[Path]:
    """Return the Python files under these folders of the checkout."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call in a module with the bare name of what it calls."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield called(node.func), node


def called(function: ast.expr) -> str:
    """Return the last part of the name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def is_words(node: ast.expr) -> bool:
    """Whether this is text with letters in it, written where it is used."""
    if isinstance(node, ast.JoinedStr):
        return any(is_words(part) for part in node.values)
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(letter.isalpha() for letter in node.value)
        and node.value not in SAME_EVERYWHERE
    )


def where(path: Path, node: ast.Call) -> str:
    """Return a clickable place for a complaint."""
    return f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:80]}"


def test_every_text_has_a_sound_spanish_translation() -> None:
    assert catalogue.problems(catalogue.merged()) == []


def test_the_catalogue_files_are_not_stale() -> None:
    assert catalogue.stale() == []


def test_translatable_texts_are_plain_literals() -> None:
    wrong = [
        where(path, call)
        for path in modules("app")
        if path.name != "i18n.py"
        for name, call in calls(path)
        if name in MARKERS
        for text in call.args[: 2 if name == "ngettext" else 1]
        if not (isinstance(text, ast.Constant) and isinstance(text.value, str))
    ]
    assert wrong == []


def test_no_window_or_error_shows_a_text_that_cannot_be_translated() -> None:
    wrong = [
        where(path, call)
        for path in modules("app")
        for name, call in calls(path)
        if name in SHOWN and any(is_words(text) for text in call.args[:1])
    ]
    assert wrong == []


def test_no_verb_prints_a_text_that_cannot_be_translated() -> None:
    wrong = [
        where(path, call)
        for path in modules("app")
        for name, call in calls(path)
        if name in SHOWN_BY_CLICK and any(is_words(text) for text in call.args[:1])
    ]
    assert wrong == []


def test_a_label_declared_once_follows_the_language() -> None:
    label = i18n.lazy("Spanish")
    i18n.set_language("es")
    assert (str(label), f"{label}") == ("Español", "Español")
    i18n.set_language("en")
    assert str(label) == "Spanish"
    assert label == i18n.lazy("Spanish")
    assert len({label, i18n.lazy("Spanish")}) == 1


def test_an_unknown_or_empty_text_comes_back_as_it_is(spanish: None) -> None:
    assert i18n._("x" * 40) == "x" * 40
    assert i18n._("") == ""


def test_plurals_follow_the_count() -> None:
    said = [i18n.ngettext("{n} file", "{n} files", n).format(n=n) for n in (0, 1, 2)]
    assert said == ["0 files", "1 file", "2 files"]


@pytest.mark.parametrize(
    ("chosen", "environment", "expected"),
    [
        ("en", {"KIPU_LANG": "es", "LANG": "es_EC.UTF-8"}, "en"),
        ("", {"KIPU_LANG": "en", "LANG": "es_EC.UTF-8"}, "en"),
        ("", {"LANG": "en_GB.UTF-8"}, "en"),
        ("", {"LC_ALL": "es_PA.UTF-8", "LANG": "en_US.UTF-8"}, "es"),
        ("", {"LANGUAGE": "fr:en", "LANG": "fr_FR.UTF-8"}, "en"),
        ("", {"LANG": "C.UTF-8"}, "es"),
        ("qu", {"KIPU_LANG": "tlh"}, "es"),
        ("", {}, "es"),
    ],
)
def test_the_language_is_the_chosen_one_then_the_systems_then_spanish(
    chosen: str, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert i18n.preferred(chosen, environment) == expected


def test_a_language_kipu_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        i18n.set_language("fr")  # type: ignore[arg-type]
    assert i18n.current() == "en"


def sample(*messages: tuple[object, object]) -> Catalog:
    """Return a small Spanish catalogue."""
    made = Catalog(locale="es")
    for text, string in messages:
        made.add(text, string)
    return made


def test_the_catalogue_check_sees_each_kind_of_fault() -> None:
    broken = sample(("Open", ""), ("{n} of {all}", "{n} de {todo}"), ("Fine", "Bien"))
    assert catalogue.problems(broken) == [
        "not translated: 'Open'",
        "placeholders differ: '{n} of {all}'",
    ]


def test_a_singular_may_leave_out_its_number() -> None:
    plural = sample((("one file", "{n} files"), ("un archivo", "{n} archivos")))
    assert catalogue.problems(plural) == []
    lost = sample((("one file", "{n} files"), ("un archivo", "archivos")))
    assert catalogue.problems(lost) == ["placeholders differ: 'one file'"]


def test_the_written_catalogue_depends_on_the_texts_alone() -> None:
    one = sample(("Open", "Abrir"), ("Close", "Cerrar"))
    other = sample(("Close", "Cerrar"), ("Open", "Abrir"))
    assert catalogue.po_bytes(one) == catalogue.po_bytes(other)
    assert catalogue.mo_bytes(one) == catalogue.mo_bytes(other)
    assert b"-Date" not in catalogue.mo_bytes(one) + catalogue.po_bytes(one)


def test_every_text_handed_to_a_marker_is_in_the_catalogue() -> None:
    """Those inside f-strings were missed: people read them in English."""
    ids = {one.id[0] if isinstance(one.id, tuple) else one.id for one in catalogue.read()}
    missed = [
        (path.name, call.args[0].value)
        for path in modules("app")
        for name, call in calls(path)
        if name in MARKERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in ids
    ]
    assert missed == []
