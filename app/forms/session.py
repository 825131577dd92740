"""Fill a form: answers go in one by one, what follows from each comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from app.errors import KipuError
from app.forms.answers import Answer, AnswerError, Given, returned, stored, typed
from app.forms.definition import Bind, Definition, Item, Question
from app.forms.instance import Instance, LiveNode
from app.forms.pages import pages_of
from app.forms.preloads import preload_all, preload_end
from app.forms.state import Completion, Outcome, Page, State
from app.forms.words import Words, spoken
from app.i18n import _

Answers: TypeAlias = Mapping[str, Given]


def _local_now() -> datetime:
    return datetime.now().astimezone()


class Session:
    """One response being filled.

    ``answers`` None begins a new one, with the form's defaults; a mapping of path to value goes on
    with a draft. ``now`` must return aware datetimes. Paths the form does not have are kept aside
    in ``strays``. Raises FormError when the form needs what Kipu cannot do yet.
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
    ) -> None:
        definition.refuse_unsupported()
        self.definition = definition
        self.strays: dict[str, Given] = {}
        self._instance = Instance(definition, now)
        self._properties = {
            "deviceid": device_id,
            "username": username,
            "email": email,
            "phonenumber": phone_number,
        }
        self._instance.language = self._language(language)
        if answers is None:
            self._begin()
        else:
            self._resume(answers)
        preload_all(self._instance, self._properties, is_new=answers is None)
        self._instance.settle_all()
        self._instance.changed.clear()

    def _begin(self) -> None:
        for node in self._instance.nodes:
            if node.place.default:
                self._keep(node, node.place.default)

    def _resume(self, answers: Answers) -> None:
        for path, value in answers.items():
            if path in self.definition.questions:
                self._keep(self._node(path), value)
            else:
                self.strays[path] = value

    @property
    def language(self) -> str:
        """The form's language in use; empty when the form names none."""
        return self._instance.language

    def set_language(self, language: str) -> Outcome:
        """Show the form's texts in ``language``; raises KipuError if the form does not have it."""
        self._instance.speak(self._language(language))
        self._instance.changed.update(dict.fromkeys(self.definition.skeleton.places))
        return self._outcome(None)

    def _language(self, language: str | None) -> str:
        if language is None:
            return self.definition.default_language
        if language not in self.definition.languages:
            raise KipuError(_("The form is not written in “{language}”.").format(language=language))
        return language

    def resolve(self, name: str) -> str:
        """Return the path of a question given by path or bare name; see Definition.resolve."""
        return self.definition.resolve(name)

    def set(self, path: str, value: Given) -> Outcome:
        """Answer a question; None or an empty text takes the answer back.

        A value that is no answer, or that the form refuses, is kept as typed and told in
        ``Outcome.errors``. Raises KipuError for an unknown path or a question that is calculated.
        """
        question = self._question(path)
        node = self._node(path)
        if self._is_readonly(node):
            raise KipuError(_("“{name}” is not to be answered.").format(name=question.name))
        self._keep(node, value)
        self._instance.settle()
        return self._outcome(node)

    def _keep(self, node: LiveNode, value: Given) -> None:
        question = self.definition.questions[node.place.path]
        node.rejected = None
        try:
            text = stored(value, question, self._instance.offered_values(node, question))
        except AnswerError as error:
            node.rejected = (typed(value), error.message)
            text = ""
        self._instance.put(node, text)

    def _outcome(self, answered: LiveNode | None) -> Outcome:
        places = sorted(self._instance.changed, key=lambda place: place.number)
        self._instance.changed.clear()
        errors = {}
        for place in places:
            node = self._instance.nodes[place.number]
            message = self._error(node, with_required=node is answered)
            if message:
                errors[place.path] = message
        return Outcome(tuple(place.path for place in places if place.path), errors)

    def value(self, path: str) -> Answer:
        """Return the answer as kept, whether relevant or not; None when there is none."""
        question = self._question(path)
        node = self._node(path)
        return node.rejected[0] if node.rejected else returned(node.raw, question)

    def state(self, path: str) -> State:
        """Return how a question or group stands; raises KipuError for an unknown path."""
        node = self._node(path)
        item = self._item(path)
        bind = self.definition.binds.get(path, Bind())
        is_question = isinstance(item, Question)
        return State(
            path=path,
            kind=item.kind if isinstance(item, Question) else "group",
            value=self.value(path) if is_question else None,
            relevant=node.relevant,
            required=node.required,
            readonly=self._is_readonly(node),
            label=self._say(item.label, node),
            hint=self._say(item.hint, node) if isinstance(item, Question) else "",
            guidance=self._guidance(item, node),
            constraint_message=self._say(bind.constraint_message, node),
            error=self._error(node),
            appearance=item.appearance,
            choices=self._choices(item, node),
        )

    def _item(self, path: str) -> Item:
        question = self.definition.questions.get(path)
        return self.definition.group(path) if question is None else question

    def _guidance(self, item: Item, node: LiveNode) -> str:
        if not isinstance(item, Question):
            return ""
        fallback = self.definition.default_language
        return spoken(item.hint.phrase(self.language, fallback, "guidance"), node.context)

    def _choices(self, item: Item, node: LiveNode) -> tuple[tuple[str, str], ...]:
        if not isinstance(item, Question):
            return ()
        offered = item.choices
        if node.offered is not None:
            offered = tuple(item.choices[at] for at in node.offered)
        return tuple((one.value, self._instance.label(one, item)) for one in offered)

    def trail(self, path: str) -> tuple[str, ...]:
        """Return the labels of the groups around a question, outermost first."""
        places = list(self.definition.place(path).above())[1:-1]
        labels = (self.state(place.path).label for place in reversed(places))
        return tuple(label for label in labels if label)

    def walk(self) -> Iterator[str]:
        """Yield the paths of the questions to be asked now, in order."""
        for page in self.pages():
            yield from page.questions

    def pages(self) -> list[Page]:
        """Return what to show one after the other: a question each, or a whole field-list."""
        return list(pages_of(self.definition.items, self.is_relevant))

    def is_relevant(self, path: str) -> bool:
        """Tell whether a question or group is to be asked, as the answers stand."""
        return self._node(path).relevant

    def not_relevant(self, paths: Iterable[str]) -> list[str]:
        """Return those of ``paths`` that are not to be asked, as the answers stand."""
        return [path for path in paths if not self._node(path).relevant]

    def errors(self) -> dict[str, str]:
        """Return everything wrong now, by path in the order of the form."""
        found = {}
        for node in self._instance.nodes:
            message = self._error(node)
            if message:
                found[node.place.path] = message
        return found

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
        rules = self.definition.graph.rules
        for rank, message in self._instance.faults.items():
            if rules[rank].place is node.place:
                return _("The form cannot work this out: {reason}").format(reason=message)
        return ""

    def draft(self) -> dict[str, Answer]:
        """Return everything kept, relevant or not, as typed: what to go on with later."""
        return {
            path: self.value(path)
            for path in self.definition.questions
            if self._node(path).raw or self._node(path).rejected
        }

    def answers(self) -> dict[str, Answer]:
        """Return the answers as XForms would submit them: relevant ones, with calculations."""
        found = {}
        for path, question in self.definition.questions.items():
            node = self._node(path)
            if node.value:
                found[path] = returned(node.value, question)
        return found

    def finish(self) -> Completion:
        """Note the end, and return the answers with what still is wrong.

        The session stays open: a refused completion can be mended and finished again.
        """
        preload_end(self._instance)
        self._instance.settle()
        self._instance.changed.clear()
        return Completion(self.answers(), self.errors())

    def _question(self, path: str) -> Question:
        question = self.definition.questions.get(path)
        if question is None:
            raise KipuError(_("The form has no question “{name}”.").format(name=path))
        return question

    def _node(self, path: str) -> LiveNode:
        return self._instance.node(path)

    def _is_readonly(self, node: LiveNode) -> bool:
        bind = self.definition.binds.get(node.place.path)
        if bind is not None and bind.calculate is not None and not self._asked(node):
            return True
        return any(self._instance.nodes[place.number].readonly for place in node.place.above())

    def _asked(self, node: LiveNode) -> bool:
        question = self.definition.questions.get(node.place.path)
        return question is not None and question.asked

    def _say(self, words: Words, node: LiveNode) -> str:
        if not words:
            return ""
        return spoken(words.phrase(self.language, self.definition.default_language), node.context)
