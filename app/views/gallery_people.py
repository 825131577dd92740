"""People, places and organisations filled with made-up data, for the pictures and the walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _
from app.jobs import Jobs
from app.models.ledger import RecordKey
from app.models.queries.duplicates import Likely
from app.models.queries.places import Spot
from app.models.records import kind
from app.views import samples
from app.views.theme import HALF
from app.views.widgets.editor import RecordEditor
from app.views.widgets.export_strip import ExportStrip
from app.views.widgets.link_input import Answer, Found
from app.views.widgets.listing import PagedTable
from app.views.widgets.page import Page
from app.views.widgets.place_picker import PlaceInput
from app.views.widgets.sheet import SideSheet
from app.views.widgets.twins import Twins

_SPACE: Final = b"\x01" * 16
_TREE: Final[Mapping[str, tuple[tuple[str, str, bool], ...]]] = {
    "": (("Napo", "province", True), ("Orellana", "province", True), ("Pastaza", "province", True)),
    "Pastaza": (
        ("Arajuno", "canton", True), ("Mera", "canton", True), ("Santa Clara", "canton", False),
    ),
    "Arajuno": (("Arajuno", "parish", False), ("Curaray", "parish", True)),
}  # fmt: skip
_PATHS: Final = ("Pastaza", "Pastaza › Arajuno", "Pastaza › Arajuno › Curaray")


def _id(name: str) -> str:
    return name.rpartition(" ")[2].encode().hex().ljust(32, "0")[:32]


class Register:
    """A lookup and registry that knows a few places and people."""

    def find(self, kind: str, typed: str, answer: Answer) -> None:
        del kind
        found: Found = [(_id(one), one) for one in _PATHS if typed.casefold() in one.casefold()]
        answer(found)

    def name(self, kind: str, id_: str, answer: Callable[[str], object]) -> None:
        del kind
        answer(next((one for one in _PATHS if _id(one) == id_), _PATHS[-1]))

    def below(self, place: str, answer: Callable[[Any], object]) -> None:
        name = bytes.fromhex(place).rstrip(b"\0").decode() if place else ""
        answer([Spot(_id(one), one, "", level, more) for one, level, more in _TREE.get(name, ())])

    def alike(
        self,
        kind: str,
        values: Mapping[str, Any],
        own: bytes | None,
        answer: Callable[[Any], object],
    ) -> None:
        del own
        answer(_likely(kind) if values.get("name") else [])

    def add(
        self,
        kind: str,
        values: Mapping[str, Any],
        answer: Callable[[tuple[str, str]], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        del kind, failed
        answer((_id(str(values["name"])), str(values["name"])))


def _likely(kind_name: str) -> list[Likely]:
    found = {
        "person": (("Nayra Velásquez de la Torre", ("name", "year")),
                   ("Naira Belazques", ("similar",))),
        "organisation": (("Junta Parroquial de Curaray", ("similar",)),),
        "place": (("Curaray · 160253", ("name",)),),
    }  # fmt: skip
    return [
        Likely(RecordKey(_SPACE, kind_name, bytes([at]) * 16), title, 1.0, why)
        for at, (title, why) in enumerate(found[kind_name], 1)
    ]


def _sheet_page(kind_name: str, title: str, made: QWidget) -> QWidget:
    from app.views.gallery import framed

    page = Page()
    declared = kind(kind_name)
    page.head(str(declared.plural), declared.help, _("Add: {kind}").format(kind=declared.label))
    sheet = SideSheet(page)
    sheet.present(title, made)
    page.body.addWidget(sheet, 1)
    return framed(page)


def twins(jobs: Jobs) -> QWidget:
    """A new person who looks like two that are here."""
    del jobs
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(HALF)
    hint = Twins("person", Register(), parent=made)
    hint.belongs_to(RecordKey(_SPACE, "person", b"\0" * 16))
    fields = [kind("person").field(one) for one in ("name", "document", "birth", "place")]
    editor = RecordEditor(fields, Register(), made)
    editor.show_values({"name": "Naira Velazquez", "birth": "1987", "place": _id(_PATHS[2])})
    hint.ask(editor.values())
    column.addWidget(hint)
    column.addWidget(editor)
    return _sheet_page("person", "Naira Velazquez", made)


def export(jobs: Jobs) -> QWidget:
    """A list about to be taken out as a table."""
    from app.views.gallery import framed

    page = Page()
    page.head(str(kind("person").plural), kind("person").help)
    strip = ExportStrip(page)
    found = PagedTable(samples.People(1240), jobs, "people", page)
    page.body.addWidget(strip)
    page.body.addWidget(found, 1)
    found.refresh()
    return framed(page)


def place_tree(jobs: Jobs) -> QWidget:
    """The tree of places, opened under a field."""
    del jobs
    editor = RecordEditor([kind("person").field(one) for one in ("name", "place")], Register())
    editor.show_values({"name": "Sisa Gualinga"})
    picker = editor.findChildren(PlaceInput)[0]
    picker.toggle_tree()
    tree = picker.tree()
    if tree is not None:
        tree.expand(tree.model().index(2, 0))
        tree.expand(tree.model().index(0, 0, tree.model().index(2, 0)))
    return _sheet_page("person", "Sisa Gualinga", editor)


def add_place(jobs: Jobs) -> QWidget:
    """A community that is missing, being added from the field that asks for it."""
    del jobs
    editor = RecordEditor([kind("person").field(one) for one in ("name", "place")], Register())
    editor.show_values({"name": "Sisa Gualinga"})
    picker = editor.findChildren(PlaceInput)[0]
    picker.begin_adding("Nina Amarun")
    return _sheet_page("person", "Sisa Gualinga", editor)


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "person-twins": twins,
    "list-export": export,
    "place-tree": place_tree,
    "place-add": add_place,
}
