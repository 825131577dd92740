"""What a form does when something happens: values set by events, and wishes handed to the device.

ODK XForms specification, “Actions” and “Events”. ``setvalue`` is done here; ``setgeopoint`` needs
the device, so it goes to a hook; ``recordaudio`` is a wish that whoever shows the form fulfils.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.forms.definition import Action
from app.forms.rows import LiveNode
from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathError

if TYPE_CHECKING:
    from app.forms.instance import Instance

FIRST_LOAD = "odk-instance-first-load"
LOAD = "odk-instance-load"
NEW_ROW = "odk-new-repeat"
CHANGED = "xforms-value-changed"
MAX_ROUNDS = 100
"""How often values set by events may set off further events after one answer."""

Hook = Callable[[Action, str], str | None]
"""Asked for the value of an action only a device can do; gets the action and the target's path."""


class Events:
    """Fires the actions of a form on one response.

    ``values`` remembers what the sources of changes last held. ``quality`` is that of the recording
    the form asked for so far ("" where it names none), None while it asks for none; ``recorded`` are
    the questions it is the answer of.
    """

    def __init__(self, instance: Instance, hook: Hook | None) -> None:
        self._instance = instance
        self._hook = hook
        self._on_change: dict[int, list[Action]] = {}
        self._on_row: dict[int, list[Action]] = {}
        for action in instance.definition.actions:
            if action.source is not None and CHANGED in action.events:
                self._on_change.setdefault(action.source.number, []).append(action)
            if action.source is not None and NEW_ROW in action.events:
                self._on_row.setdefault(action.source.number, []).append(action)
        self._seen: dict[LiveNode, str] = {}
        self.quality: str | None = None
        self.recorded: list[LiveNode] = []

    def opened(self, *, is_new: bool) -> None:
        """Fire what belongs to the opening of a response; ``is_new`` the first time ever."""
        wanted = {FIRST_LOAD, LOAD} if is_new else {LOAD}
        for action in self._instance.definition.actions:
            if action.events & wanted:
                for target in self._aimed(action, self._instance.top):
                    self._do(action, target)
        self._instance.settle()
        self._remember(self._instance.nodes() if self._on_change else ())

    def settle(self) -> None:
        """Fire what new rows and changed values set off, until nothing does."""
        instance = self._instance
        for _round in range(MAX_ROUNDS):
            rows, instance.arrived = instance.arrived, []
            sources = self._changed()
            if not rows and not sources:
                return
            for row in rows:
                self._arrived(row)
            for source in sources:
                for action in self._on_change[source.place.number]:
                    self._do_near(action, source)
            instance.settle()

    def _changed(self) -> list[LiveNode]:
        if not self._on_change:
            return []
        nodes = [one for one in self._instance.changed if isinstance(one, LiveNode)]
        sources = [
            node
            for node in nodes
            if node.place.number in self._on_change and node.value != self._seen.get(node, "")
        ]
        self._remember(sources)
        return sorted(sources, key=lambda node: node.order)

    def _remember(self, nodes: Iterable[LiveNode]) -> None:
        for node in nodes:
            if node.place.number in self._on_change:
                self._seen[node] = node.value

    def _arrived(self, row: LiveNode) -> None:
        if row.scope.is_gone:
            return
        for node in row.scope.nodes.values():
            if node.place.number in self._on_change:
                self._seen[node] = node.value
        for action in self._on_row.get(row.place.number, ()):
            self._do_near(action, row)

    def _do_near(self, action: Action, source: LiveNode) -> None:
        """Act on the targets in the row of ``source``, or in the rows around it."""
        for target in self._aimed(action, source):
            self._do(action, target)

    def _aimed(self, action: Action, source: LiveNode) -> list[LiveNode]:
        if action.aim is None:
            return list(source.scope.line[_shared(action, source)].at(action.target))
        try:
            found = action.aim.nodes(source.context)
        except XPathError as error:
            self._instance.failed.append((action.target.path, error.message))
            return []
        return [one for one in found if isinstance(one, LiveNode)]

    def _do(self, action: Action, target: LiveNode) -> None:
        instance = self._instance
        if action.kind == "recordaudio":
            # There is one recording of an interview: whatever asks for it later joins it.
            self.quality = action.text if self.quality is None else self.quality
            if target not in self.recorded:
                self.recorded.append(target)
            return
        if action.kind != "setvalue":
            text = self._hook(action, target.path) if self._hook is not None else None
            if text is not None:
                instance.keep(target, text)
            return
        text = action.text
        if action.formula is not None:
            context = Context(instance, target, levels=target.scope.levels)
            try:
                text = action.formula.text(context)
            except XPathError as error:
                instance.failed.append((target.path, error.message))
                return
        instance.keep(target, "" if text == "NaN" else text)


def _shared(action: Action, source: LiveNode) -> int:
    pairs = zip(source.place.repeats, action.target.repeats, strict=False)
    return sum(1 for mine, theirs in pairs if mine is theirs)
