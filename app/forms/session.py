"""Fill a form: answers go in one by one, what follows from each comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from random import Random
from typing import Any

from app.errors import KipuError
from app.forms import growing, offers
from app.forms.answers import Answer, Given
from app.forms.definition import Bind, Definition, Item, Question
from app.forms.entities import EntityAct, acts
from app.forms.events import Events, Hook
from app.forms.guard import parse_xml
from app.forms.instance import Instance, LiveNode
from app.forms.pages import outline, pages_of
from app.forms.paths import node_at, numbered, place_path, range_at, row_at
from app.forms.preloads import note_edit, preload_all, preload_end
from app.forms.problems import FormError, Problem
from app.forms.resuming import Answers, resume
from app.forms.rows import Range
from app.forms.serial import Saved, everything, kept, submitted, written
from app.forms.state import Completion, Entry, Outcome, Page, State, kind_of
from app.forms.texts import MEDIA_FORMS, local
from app.forms.words import NO_WORDS, Words, spoken
from app.forms.xpath.errors import XPathError
from app.forms.xpath.nodes import Node
from app.i18n import _


def _local_now() -> datetime:
    return datetime.now().astimezone()


class Session:
    """One response being filled.

    ``answers`` None begins a new one, with the form's defaults; a mapping of path to value goes on
    with a draft. Inside a repeat a path carries the number of the row (``/member[2]/age``), and
    the path of the repeat itself stands for how many rows there are, and the path of a row for the
    tag it is known by to whoever keeps the response. ``now`` must return aware datetimes. Paths the
    form does not have are kept aside in ``strays``.

    ``media`` are the files that came with the form, by name; ``last_saved`` is the XML of the
    response saved before; ``hook`` is asked for what only a device can do (``setgeopoint`` …);
    ``chance`` decides what the form leaves to chance, so that a run can be repeated.
    Raises FormError when the form calls a function nobody knows. Whether Kipu can show the form is
    decided at the door, by ``Definition.refuse_unsupported``.
    """

    def __init__(
        self,
        definition: Definition,
        answers: Answers | None = None,
        *,
        now: Callable[[], datetime] = _local_now,
        language: str | None = None,
        device_id: str = "",
        username: str = "",
        email: str = "",
        phone_number: str = "",
        media: Mapping[str, bytes] | None = None,
        last_saved: str = "",
        hook: Hook | None = None,
        saved: Saved | None = None,
        chance: Random | None = None,
    ) -> None:
        if definition.unknown:
            raise FormError(definition.unknown)
        self.definition = definition
        self.strays: dict[str, Given] = {}
        self._instance = Instance(definition, now, media, last_saved)
        if chance is not None:
            self._instance.random = chance
        self._events = Events(self._instance, hook)
        self._properties = {
            "deviceid": device_id,
            "username": username,
            "email": email,
            "phonenumber": phone_number,
        }
        self._instance.language = self._language(language)
        is_new = answers is None and saved is None
        if answers is not None:
            self.strays = resume(self._instance, answers)
        elif saved is not None:
            growing.overlay(self._instance, self._instance.top, saved.root, anew=True)
        if saved is None:
            preload_all(self._instance, self._properties, is_new=is_new)
        elif saved.is_edit:
            note_edit(self._instance)
        self._instance.settle_all()
        self._instance.arrived.clear()
        self._events.opened(is_new=is_new)
        self._instance.changed.clear()

    @staticmethod
    def from_xml(
        definition: Definition, xml: str, *, edit: bool = False, **options: Any
    ) -> Session:
        """Go on with a response in XML; ``edit`` means that it had been finished.

        ``options`` are those of the constructor. Raises FormError when it is no response to this
        form.
        """
        root = parse_xml(xml)
        if local(root) != definition.root or root.get("id") not in (None, definition.form_id):
            raise FormError([Problem(_("The response belongs to another form."))])
        form = definition.for_edit if edit else definition
        return Session(form, saved=Saved(root, edit), **options)

    def to_xml(self) -> str:
        """Return the response as XForms would submit it, in XML."""
        return written(self._instance)

    @property
    def language(self) -> str:
        """The form's language in use; empty when the form names none."""
        return self._instance.language

    def set_language(self, language: str) -> Outcome:
        """Show the form's texts in ``language``; raises KipuError if the form does not have it."""
        self._instance.speak(self._language(language))
        self._instance.changed.update(dict.fromkeys(self._instance.nodes()))
        return self._outcome(None)

    def _language(self, language: str | None) -> str:
        if language is None:
            return self.definition.default_language
        if language not in self.definition.languages:
            raise KipuError(_("The form is not written in “{language}”.").format(language=language))
        return language

    def resolve(self, name: str) -> str:
        """Return the path of a question given by path or bare name, in a row ``member[2]/age``."""
        return numbered(self.definition, name)

    def set(self, path: str, value: Given, *, noted: bool = False) -> Outcome:
        """Answer a question; None or an empty text takes the answer back.

        A value that is no answer, or that the form refuses, is kept as typed and told in
        ``Outcome.errors``. Raises KipuError for an unknown path or a question that is calculated,
        unless it is ``noted``: what nobody answers, put back as it was.
        """
        question = self._question(path)
        node = self._node(path)
        if self._is_readonly(node) and not noted:
            raise KipuError(_("“{name}” is not to be answered.").format(name=question.name))
        self._instance.keep(node, value)
        return self._settled(node)

    def add_repeat(self, path: str, at: int | None = None, tag: str = "") -> Outcome:
        """Add a row to the repeat at ``path``: as the row number ``at``, or as the last.

        ``tag`` is what one that comes back was known by. Raises KipuError when it is no repeat, or
        one whose rows are not people's to add.
        """
        rows = self._free_range(path)
        if at is not None and not 1 <= at <= len(rows.rows) + 1:
            raise KipuError(_("There is no row {number} of “{name}”.").format(
                number=at, name=rows.place.name
            ))  # fmt: skip
        growing.add_row(self._instance, rows, None if at is None else at - 1).tag = tag
        return self._settled(None)

    def remove_repeat(self, path: str) -> Outcome:
        """Take out the row at ``path`` (``/member[2]``); the rows after it move up."""
        rows, at = row_at(self._instance, path)
        self._free_range(rows.path)
        growing.remove_row(self._instance, rows, at)
        return self._settled(None)

    def _free_range(self, path: str) -> Range:
        rows = range_at(self._instance, path)
        if not self.can_add(path):
            name = rows.place.name
            raise KipuError(_("The rows of “{name}” are set by the form.").format(name=name))
        return rows

    def rows(self, path: str) -> tuple[str, ...]:
        """Return the paths of the rows of the repeat at ``path``."""
        rows = range_at(self._instance, path)
        return tuple(f"{rows.path}[{number}]" for number in range(1, len(rows.rows) + 1))

    def tag(self, path: str) -> str:
        """Return what the row at ``path`` is known by to whoever keeps it; empty for a new one."""
        rows, at = row_at(self._instance, path)
        return rows.rows[at].tag

    def can_add(self, path: str) -> bool:
        """Tell whether people may add and remove rows of the repeat at ``path``."""
        repeat = self.definition.repeats[range_at(self._instance, path).place.path]
        return repeat.count is None and not repeat.is_fixed

    def repeat_applies(self, path: str) -> bool:
        """Tell whether the rows of a repeat are to be asked, or a first one would be."""
        return growing.applies(self._instance, range_at(self._instance, path))

    def outline(self) -> tuple[Entry, ...]:
        """Return all that people are shown, rows included, relevant or not, in order."""
        return tuple(outline(self.definition.items, self._instance))

    @property
    def recording(self) -> str | None:
        """The quality of the recording the form asks for by now, "" where it names none; None while
        it asks for no recording (``recordaudio``)."""
        return self._events.quality

    def name_recording(self, name: str) -> Outcome:
        """Make ``name`` the answer of every question the recording is for."""
        for node in self._events.recorded:
            if node.value != name and not node.scope.is_gone:
                self._instance.keep(node, name)
        return self._settled(None)

    def _settled(self, answered: LiveNode | None) -> Outcome:
        self._instance.settle()
        self._events.settle()
        return self._outcome(answered)

    def _outcome(self, answered: LiveNode | None) -> Outcome:
        changed = sorted(self._instance.changed, key=attrgetter("order"))
        self._instance.changed.clear()
        errors, paths = {}, []
        for one in changed:
            path = one.told_path if isinstance(one, LiveNode) else one.path
            if path:
                paths.append(path)
            if isinstance(one, LiveNode):
                message = self._error(one, with_required=one is answered)
                if message:
                    errors[path] = message
        return Outcome(tuple(dict.fromkeys(paths)), errors)

    def stored(self, path: str) -> str:
        """Return the answer as XForms stores it: empty while it is not relevant or is refused."""
        return self._node(path).value

    def is_readonly(self, path: str) -> bool:
        """Tell whether the form's own rules keep the answer at ``path`` from being changed."""
        node: Node | None = self._node(path)
        while isinstance(node, LiveNode):
            if node.readonly:
                return True
            node = node.parent
        return False

    def value(self, path: str) -> Answer:
        """Return the answer as kept, whether relevant or not; None when there is none."""
        self._question(path)
        return kept(self._instance, self._node(path))

    def error(self, path: str) -> str:
        """Return what is wrong with the answer at ``path`` as it stands, empty if nothing is."""
        return self._error(self._node(path))

    def state(self, path: str) -> State:
        """Return how a question or group stands; raises KipuError for an unknown path."""
        node = self._node(path)
        item = self._item(node.place.path)
        bind = self.definition.binds.get(node.place.path, Bind())
        hint = item.hint if isinstance(item, Question) else NO_WORDS
        return State(
            path=path,
            kind=kind_of(item, path),
            value=self.value(path) if isinstance(item, Question) else None,
            relevant=node.relevant,
            required=node.required,
            readonly=self._is_readonly(node),
            label=self._say(item.label, node),
            hint=self._say(hint, node),
            guidance=self._form_of(hint, "guidance", node),
            constraint_message=self._say(bind.constraint_message, node),
            error=self._error(node),
            appearance=item.appearance,
            choices=self._choices(item, node),
            short_label=self._form_of(item.label, "short", node),
            media=self._media(item.label, node),
        )

    def choice_media(self, path: str) -> dict[str, dict[str, str]]:
        """Return what goes with the choices of a question: value → kind → reference."""
        node = self._node(path)
        question = self._question(path)
        found = {
            one.value: self._media(one.label, node)
            for one in offers.choices(self._instance, node, question)
        }
        return {value: media for value, media in found.items() if media}

    def _media(self, words: Words, node: LiveNode) -> dict[str, str]:
        kinds = [kind for kind in words.forms if kind in MEDIA_FORMS]
        return {kind: self._form_of(words, kind, node) for kind in kinds}

    def _form_of(self, words: Words, form: str, node: LiveNode) -> str:
        fallback = self.definition.default_language
        return spoken(words.phrase(self.language, fallback, form), node.context)

    def _item(self, path: str) -> Item:
        return self.definition.questions.get(path) or self.definition.group(path)

    def _choices(self, item: Item, node: LiveNode) -> tuple[tuple[str, str], ...]:
        if not isinstance(item, Question):
            return ()
        try:
            offered = offers.choices(self._instance, node, item)
        except XPathError:
            # The question is still there to be seen; its rule tells what is wrong.
            offered = ()
        return tuple((one.value, self._instance.label(one, item, node)) for one in offered)

    def trail(self, path: str) -> tuple[str, ...]:
        """Return the labels of the groups around a question, outermost first."""
        labels: list[str] = []
        node = self._node(path).parent
        while isinstance(node, LiveNode) and node.parent is not self._instance.root:
            labels.append(self.state(node.path).label)
            node = node.parent
        return tuple(filter(None, reversed(labels)))

    def walk(self) -> Iterator[str]:
        """Yield the paths of the questions to be asked now, in order."""
        for page in self.pages():
            yield from page.questions

    def pages(self) -> list[Page]:
        """Return what to show one after the other: a question each, or a whole field-list."""
        return list(pages_of(self.definition.items, self._instance))

    def is_relevant(self, path: str) -> bool:
        """Tell whether a question or group is to be asked, as the answers stand."""
        return self._node(path).relevant

    def entities(self) -> list[EntityAct]:
        """Return what the response does to entities, as the answers stand."""
        return list(acts(self._instance))

    def errors(self) -> dict[str, str]:
        """Return everything wrong now, by path in the order of the form."""
        told = ((node.told_path, self._error(node)) for node in self._instance.ruled())
        return {path: message for path, message in told if message}

    def violations(self) -> dict[str, tuple[str, str]]:
        """Return the answers a rule of the form refuses: path → (constraint or required, words).

        The words are the form's own, empty where it has none.
        """
        found = {}
        for node in self._instance.nodes():
            kind = self._broken(node)
            if kind:
                bind = self.definition.binds[node.place.path]
                words = bind.required_message if kind == "required" else bind.constraint_message
                found[node.path] = (kind, self._say(words, node))
        return found

    def _broken(self, node: LiveNode) -> str:
        if not node.relevant or not self._asked(node):
            return ""
        if not node.valid:
            return "constraint"
        return "required" if node.required and not node.raw and not node.place.children else ""

    def refuse_faults(self) -> None:
        """Raise FormError with every rule that cannot be worked out as the answers stand."""
        rules = self.definition.graph.rules
        faults = [
            Problem(message, rules[rank].place.name)
            for told in self._instance.faults.values()
            for rank, message in told.items()
        ]
        faults += [Problem(message, path) for path, message in self._instance.failed]
        if faults:
            raise FormError(faults)

    def _error(self, node: LiveNode, with_required: bool = True) -> str:
        if not node.relevant:
            return ""
        if node.rejected is not None:
            return node.rejected[1]
        if not self._asked(node):
            # Nobody can mend what nobody is asked; ODK does not hold a form up for it either.
            return self._fault(node)
        if not node.valid:
            bind = self.definition.binds[node.place.path]
            return self._say(bind.constraint_message, node) or _("This answer is not allowed.")
        if with_required and node.required and not node.raw and not node.children:
            bind = self.definition.binds[node.place.path]
            return self._say(bind.required_message, node) or _("An answer is needed here.")
        return self._fault(node)

    def _fault(self, node: LiveNode) -> str:
        for message in self._instance.faults.get(node, {}).values():
            return _("The form cannot work this out: {reason}").format(reason=message)
        return ""

    def fetch_lists(self) -> None:
        """Read the lists from which an answer picks choices, so that the first does not wait."""
        offers.fetch(self._instance)

    def draft(self) -> dict[str, Answer]:
        """Return everything kept, relevant or not, as typed: what to go on with later.

        Repeats come first, each with its number of rows, then the tags of rows.
        """
        return everything(self._instance)

    def answers(self) -> dict[str, Answer]:
        """Return the answers as XForms would submit them: relevant ones, with calculations."""
        return submitted(self._instance)

    def finish(self) -> Completion:
        """Note the end, and return the answers with what still is wrong.

        The session stays open: a refused completion can be mended and finished again.
        """
        preload_end(self._instance)
        self._instance.settle()
        self._events.settle()
        self._instance.changed.clear()
        return Completion(self.answers(), self.errors())

    def _question(self, path: str) -> Question:
        question = self.definition.questions.get(place_path(path))
        if question is None:
            raise KipuError(_("The form has no question “{name}”.").format(name=path))
        return question

    def _node(self, path: str) -> LiveNode:
        return node_at(self._instance, path)

    def _is_readonly(self, node: LiveNode) -> bool:
        bind = self.definition.binds.get(node.place.path)
        if bind is not None and bind.calculate is not None and not self._asked(node):
            return True
        return self.is_readonly(node.path)

    def _asked(self, node: LiveNode) -> bool:
        question = self.definition.questions.get(node.place.path)
        return question is not None and question.asked

    def _say(self, words: Words, node: LiveNode) -> str:
        if not words:
            return ""
        return spoken(words.phrase(self.language, self.definition.default_language), node.context)
