"""The project's laptops: whose each is, when it was last seen, and what to do when it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.i18n import _, lazy, ngettext
from app.models import quotas
from app.models.commands.membership import STAYS_COORDINATOR
from app.views import icons, words
from app.views.pages.admit_strip import ROLES
from app.views.project_reads import Laptop, SpaceLine, Wanted
from app.views.theme import HALF, NEAR, TIGHT
from app.views.widgets.flow import Beside
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import Chip, Dropdown, Spin, State, button, clear, label
from app.views.widgets.section import Section

_BY_SPACE: Final = "by-space"
_UNSEEN_DAYS: Final = 30
_ONE_LINE: Final = 640
"""How wide a row must be for its links beside its words at text size 1, in pixels."""


class LaptopsSection(Section):
    """A row a laptop, and under the one that is being changed, its roles."""

    lost = Signal(object)
    """A `Laptop` that is lost or stolen: nothing is done yet."""
    changed = Signal(object, object)
    """A `Laptop`, and what is `Wanted` of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._laptops: Sequence[Laptop] = ()
        self._spaces: Sequence[SpaceLine] = ()
        self._changing: bytes | None = None
        self._links: dict[bytes, QPushButton] = {}
        self.strip = RoleStrip(self)
        self.strip.done.connect(self._chosen)
        self.strip.left.connect(self.close_strip)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(HALF)
        self.column.addLayout(self._rows)
        self.column.addWidget(self.strip)

    def show_laptops(self, laptops: Sequence[Laptop], spaces: Sequence[SpaceLine]) -> None:
        """Show what is known of every laptop."""
        self._laptops, self._spaces = laptops, spaces
        focused = next((one for one, link in self._links.items() if link.hasFocus()), None)
        clear(self._rows)
        self._links = {}
        for one in laptops:
            self._rows.addWidget(self._row(one))
        self._focus(focused)

    def texts(self) -> list[str]:
        """Return the rows as they read, first lines only."""
        return [first_line(one) for one in self._laptops]

    def details(self) -> list[str]:
        """Return what stands under each row."""
        return [second_line(one) for one in self._laptops]

    def change(self, one: Laptop) -> None:
        """Open the roles of a laptop for changing."""
        self._changing = one.device
        self.strip.offer(one, self._spaces)

    def close_strip(self) -> None:
        """Leave the roles as they are."""
        # Else the focus would go to whatever comes next, and the page would scroll there.
        self._focus(self._changing)
        self._changing = None
        self.strip.hide()

    def _focus(self, device: bytes | None) -> None:
        if device is not None and device in self._links:
            self._links[device].setFocus()

    def _chosen(self, wanted: object) -> None:
        one = next((one for one in self._laptops if one.device == self._changing), None)
        self.close_strip()
        if one is not None:
            self.changed.emit(one, wanted)

    def _row(self, one: Laptop) -> QWidget:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        picture = QLabel(made)
        icons.put(picture, "device", "primary" if one.active else "muted", 20)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        beside = Beside(made, _ONE_LINE)
        beside.row.addWidget(_said(one, beside), 1)
        beside.row.addWidget(self._doing(one, beside))
        row.addWidget(beside, 1)
        return made

    def _doing(self, one: Laptop, parent: QWidget) -> QWidget:
        """How a laptop stands, if not as usual, and what can be done about it."""
        made = QWidget(parent)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        top = Qt.AlignmentFlag.AlignTop
        if (said := _state(one)) is not None:
            chip = Chip(made)
            chip.show_state(*said)
            row.addWidget(chip, 0, top)
        if one.active and not one.ours:
            for word, do in (
                (_("Role and quota…"), partial(self.change, one)),
                (_("Lost or stolen…"), partial(self.lost.emit, one)),
            ):
                link = button(made, "link", "", do)
                link.setText(word)
                link.setAccessibleName(f"{word}: {one.code}")
                row.addWidget(link, 0, top)
                self._links.setdefault(one.device, link)
        row.addStretch(1)
        made.setVisible(row.count() > 1)
        return made


class RoleStrip(BringsMain, QWidget):
    """One role a space, or coordinator of everything, and how much room there is for a laptop.

    Opens in the page, never over it.
    """

    done = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, NEAR, 0, 0)
        column.setSpacing(NEAR)
        self._heading = label("section", self)
        column.addWidget(self._heading)
        self._grid = QGridLayout()
        self._grid.setSpacing(TIGHT)
        self._room = QWidget(self)
        self._room.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._room)
        self._means = label("hint", self)
        column.addWidget(self._means)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self._yes = button(self, "main", "check", self._finish)
        self._no = button(self, "plain", "", self.left.emit)
        row.addWidget(self._yes)
        row.addWidget(self._no)
        row.addStretch(1)
        column.addLayout(row)
        self.whole, self.quota = Dropdown(self._room), Spin(self._room)
        self._grid.addWidget(self.whole, 0, 1)
        self._grid.addWidget(self.quota, 1, 1)
        self._told = 0
        self.boxes: dict[str, Dropdown] = {}
        self._before: dict[str, tuple[str, str | None]] = {}
        self.hide()

    def offer(self, one: Laptop, spaces: Sequence[SpaceLine]) -> None:
        """Show the roles of a laptop in the spaces there are."""
        held = dict(one.roles)
        clear(self._grid)
        self._heading.setText(_("What {laptop} may do").format(laptop=one.code))
        stays = "" in held
        taken = _("A space taken away gets a new key: the laptop reads nothing new there. What it "
                  "holds already stays on it.")  # fmt: skip
        self._means.setText(f"{STAYS_COORDINATOR if stays else taken} {_usual_quota()}")
        self._yes.setText(_("Change it"))
        self._no.setText(_("Leave it"))
        self.whole = self._line(0, _("The whole project"), self._whole_options())
        self.whole.setCurrentIndex(1 if stays else 0)
        self.whole.setEnabled(not stays)
        self.whole.activated.connect(self._fit)
        self.boxes, self._before = {}, {}
        for at, space in enumerate(spaces, start=1):
            role = held.get(space.name)
            box = self._line(at, space.label(), _options(role, space.has_key))
            box.setCurrentIndex(max(box.findData(role), 0))
            self.boxes[space.name] = box
            self._before[space.name] = space.id.hex(), box.currentData()
        self._offer_quota(len(spaces) + 1, one.quota)
        self._fit()
        self.show()
        (self.quota if stays else self.whole).setFocus()

    def _offer_quota(self, at: int, told: int | None) -> None:
        """What was once told can be told otherwise, but not taken back."""
        self._told = 0 if told is None else min(max(_in_mb(told), 1), _LARGEST)
        self.quota = Spin(self._room)
        self.quota.setRange(min(self._told, 1), max(_MOST_MB, self._told))
        self.quota.setSingleStep(1000)
        self.quota.setSuffix(" MB")
        self.quota.setGroupSeparatorShown(True)
        if told is None:
            self.quota.setSpecialValueText(_("as usual"))
        self.quota.setValue(self._told)
        self._place(at, _("Quota in each space"), self.quota)

    def _whole_options(self) -> list[tuple[str, str | None]]:
        return [(_("By space"), _BY_SPACE), (str(ROLES["coordinator"]), "coordinator")]

    def _line(self, at: int, name: str, options: Sequence[tuple[str, str | None]]) -> Dropdown:
        box = Dropdown(self._room)
        for text, role in options:
            box.addItem(text, role)
        self._place(at, name, box)
        return box

    def _place(self, at: int, name: str, field: QWidget) -> None:
        caption = QLabel(name, self._room)
        field.setAccessibleName(name)
        caption.setBuddy(field)
        self._grid.addWidget(caption, at, 0)
        self._grid.addWidget(field, at, 1)

    def _fit(self, _index: int = 0) -> None:
        whole = self.whole.currentData() == "coordinator"
        for box in self.boxes.values():
            box.setEnabled(not whole and box.count() > 1)

    def _finish(self) -> None:
        told = self.quota.value()
        self.done.emit(Wanted(self._roles(), told if told != self._told else None))

    def _roles(self) -> dict[str, str | None]:
        if not self.whole.isEnabled():
            return {}
        if self.whole.currentData() == "coordinator":
            return {"": "coordinator"}
        # Only what was changed here: another coordinator may have changed the rest meanwhile.
        chosen = {name: box.currentData() for name, box in self.boxes.items()}
        before = self._before.items()
        return {id_: chosen[name] for name, (id_, role) in before if chosen[name] != role}


def _usual_quota() -> str:
    text = _(
        "The usual quota in each space is {texts} MB of words, {all} MB with files; a number set "
        "here holds for both together."
    )
    texts, everything = (words.number(_in_mb(one)) for one in quotas.USUAL)
    return text.format(texts=texts, all=everything)


def _in_mb(count: int) -> int:
    return round(count / 1_000_000)


_MOST_MB: Final = 1_000_000
_LARGEST: Final = 2**31 - 1
"""What such a box can show; another coordinator may have told more."""
_PLAIN: Final = ("facilitator", "secretary", "observer")
_NOTHING: Final = lazy("nothing has come from it yet")


def _options(held: str | None, has_key: bool) -> list[tuple[str, str | None]]:
    """What a box offers; where the key is not here, a role can only be taken away."""
    given = _PLAIN if has_key else tuple(role for role in _PLAIN if role == held)
    return [(_("no role"), None), *((str(ROLES[role]), role) for role in given)]


def _said(one: Laptop, parent: QWidget) -> QWidget:
    made = QWidget(parent)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for size, text in (("body", first_line(one)), ("caption", second_line(one))):
        line = label(size, made)
        line.setText(text)
        column.addWidget(line)
    return made


def first_line(one: Laptop) -> str:
    """Short name, person and roles."""
    roles = [
        f"{ROLES.get(role, role)} · {space}" if space else str(ROLES.get(role, role))
        for space, role in one.roles
    ]
    who = f"{one.code} · {one.person}" if one.person else one.code
    text = f"{who}: {', '.join(roles) or '–'}"
    return _("{laptop} (this laptop)").format(laptop=text) if one.ours else text


def second_line(one: Laptop) -> str:
    """When it was last seen, what it last sent, and the quota it was told."""
    parts = [str(_NOTHING)] if one.last_ms is None else _heard(one)
    if one.quota is not None:
        limit = _("up to {count} MB in each space")
        parts.append(limit.format(count=words.number(_in_mb(one.quota))))
    return " · ".join(parts)


def _heard(one: Laptop) -> list[str]:
    assert one.last_ms is not None
    parts = [_("last seen {when}").format(when=words.ago(one.last_ms))]
    if one.last_said:
        parts.append(
            _("last sent: {kind} “{title}”").format(kind=one.last_kind, title=one.last_said)
        )
    changes = ngettext("{count} change", "{count} changes", one.changes)
    parts.append(changes.format(count=words.number(one.changes)))
    if one.missing:
        missing = ngettext("{count} batch missing", "{count} batches missing", one.missing)
        parts.append(missing.format(count=one.missing))
    return parts


def _state(one: Laptop) -> tuple[State, str] | None:
    """The word that is worth a colour, if any."""
    if not one.active:
        return "danger", _("shut out")
    if one.unseen_days is not None and one.unseen_days >= _UNSEEN_DAYS:
        return "warning", _("not seen for long")
    return None
