"""The answers of one response as a living tree, and the one loop that keeps it consistent.

An answer puts the rules that read it on a heap, in rank order; each rule that changes something
puts its own readers there. What nothing touched is never looked at, so the cost of an answer does
not grow with the form. With repeats, a rule will be queued once for each row it is due in: the
heap then holds (rank, node) and everything else stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heapify, heappop, heappush

from app.forms.answers import computed, not_offered
from app.forms.definition import Choice, Definition, Question
from app.forms.graph import Duty, Rule
from app.forms.places import Place
from app.forms.secondary import items_of, secondary_instance
from app.forms.words import spoken
from app.forms.xpath.context import MAX_STEPS, Context, Host
from app.forms.xpath.errors import XPathError, XPathEvaluationError
from app.forms.xpath.nodes import Node
from app.i18n import _


class LiveNode(Node):
    """An element of a response.

    ``raw`` is the answer as kept; ``value``, which expressions read, is empty while the node is
    not relevant. ``rejected`` holds what was typed and why it is no answer, if it is none.
    ``offered`` are the positions of the choices that may be taken now, None for all.
    """

    __slots__ = (
        "context",
        "offered",
        "own_relevant",
        "place",
        "raw",
        "readonly",
        "rejected",
        "relevant",
        "required",
        "valid",
    )

    def __init__(self, place: Place) -> None:
        super().__init__("element", place.name)
        self.place = place
        self.raw = ""
        self.relevant = True
        self.own_relevant = True
        self.readonly = False
        self.required = False
        self.valid = True
        self.rejected: tuple[str, str] | None = None
        self.offered: tuple[int, ...] | None = None
        self.context: Context

    def text_children(self) -> list[Node]:
        """Return a text node for the answer; a passing one, since answers change."""
        text = Node("text", value=self.value)
        text.parent = self
        return [text]


class Instance(Host):
    """One response: its nodes by place number, what is pending, and what has changed."""

    def __init__(self, definition: Definition, clock: Callable[[], datetime]) -> None:
        document = Node("document")
        super().__init__(document, clock())
        self.definition = definition
        self.language = definition.default_language
        self.nodes = [LiveNode(place) for place in definition.skeleton.places]
        self.singles = self.nodes
        document.append(self.nodes[0])
        for node in self.nodes:
            node.context = Context(self, node)
            if node.place.parent is not None:
                self.nodes[node.place.parent.number].append(node)
        self.changed: dict[Place, None] = {}
        self.faults: dict[int, str] = {}
        self._graph = definition.graph
        self._clock = clock
        self._heap: list[int] = []
        self._pending: set[int] = set()

    def now(self) -> datetime:
        """Return the present moment by the session's clock."""
        return self._clock()

    def node(self, path: str) -> LiveNode:
        """Return the node of a path; raises KipuError when the form has none."""
        return self.nodes[self.definition.place(path).number]

    def put(self, node: LiveNode, text: str) -> None:
        """Keep ``text`` as the answer at ``node`` and queue what depends on it."""
        self.changed[node.place] = None
        if node.raw != text:
            node.raw = text
            if node.relevant:
                self._publish(node, text)

    def settle_all(self) -> None:
        """Run every rule, as when a response is opened."""
        self._heap = list(range(len(self._graph.rules)))
        self._pending = set(self._heap)
        self.settle()

    def settle(self) -> None:
        """Run pending rules, in rank order, until none is left."""
        heap, pending, rules = self._heap, self._pending, self._graph.rules
        self.steps_left = MAX_STEPS
        while heap:
            rank = heappop(heap)
            pending.discard(rank)
            rule = rules[rank]
            node = self.nodes[rule.place.number]
            try:
                _RUN[rule.duty](self, rule, node)
            except XPathError as error:
                self.faults[rank] = error.message
                self.changed[rule.place] = None
            else:
                if self.faults:
                    self.faults.pop(rank, None)

    def speak(self, language: str) -> None:
        """Switch the language of the form's own texts, and settle what quotes them."""
        self.language = language
        self._heap = [*self._heap, *self._graph.speaking]
        self._pending = set(self._heap)
        heapify(self._heap)
        self.settle()

    def _push(self, rank: int) -> None:
        if rank not in self._pending:
            self._pending.add(rank)
            heappush(self._heap, rank)

    def _publish(self, node: LiveNode, value: str) -> None:
        node.value = value
        number = node.place.number
        self.changed[node.place] = None
        for rank in self._graph.touched_by[number]:
            self._push(rank)
        for place in self._graph.quoted_by.get(number, ()):
            self.changed[place] = None

    def _relevant(self, rule: Rule, node: LiveNode) -> None:
        node.own_relevant = rule.formula.truth(node.context)
        parent = node.parent
        self._spread(node, parent.relevant if isinstance(parent, LiveNode) else True)

    def _spread(self, node: LiveNode, around: bool) -> None:
        relevant = around and node.own_relevant
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self.changed[node.place] = None
        for rank in self._graph.waking[node.place.number] if relevant else ():
            self._push(rank)
        if node.raw:
            self._publish(node, node.raw if relevant else "")
        for child in node.children:
            assert isinstance(child, LiveNode)
            self._spread(child, relevant)

    def _value(self, rule: Rule, node: LiveNode) -> None:
        if node.relevant:
            question = self.definition.questions.get(rule.place.path)
            text = rule.formula.text(node.context)
            text = text if question is None else computed(text, question)
            if text != node.raw:
                node.rejected = None
                self.put(node, text)

    def _readonly(self, rule: Rule, node: LiveNode) -> None:
        readonly = rule.formula.truth(node.context)
        if readonly != node.readonly:
            node.readonly = readonly
            self.changed[rule.place] = None
            self.changed.update(dict.fromkeys(rule.place.below()))

    def _required(self, rule: Rule, node: LiveNode) -> None:
        required = rule.formula.truth(node.context)
        if required != node.required:
            node.required = required
            self.changed[rule.place] = None

    def _constraint(self, rule: Rule, node: LiveNode) -> None:
        valid = not node.value or rule.formula.truth(node.context)
        if valid != node.valid:
            node.valid = valid
            self.changed[rule.place] = None

    def _offer(self, rule: Rule, node: LiveNode) -> None:
        """Work out which choices are offered, and drop from the answer what no longer is."""
        question = self.definition.questions[rule.place.path]
        if not node.relevant or question.offer is None:
            return
        passed = {id(one) for one in rule.formula.nodes(node.context)}
        listed = items_of(self.definition, question.offer.instance)
        offered = tuple(at for at, one in enumerate(listed) if id(one) in passed)
        if offered == node.offered:
            return
        is_first, node.offered = node.offered is None, offered
        self.changed[rule.place] = None
        if node.rejected is not None:
            self._reconsider(node, question)
        else:
            self._narrow(node, question, is_first)

    def _narrow(self, node: LiveNode, question: Question, is_first: bool) -> None:
        values = self.offered_values(node, question)
        kept = " ".join(word for word in node.raw.split() if word in values)
        if kept == node.raw:
            return
        if is_first:
            # A draft brought it: it is told like any wrong answer, and not lost unseen.
            node.rejected = (node.raw, not_offered(node.raw, values))
            kept = ""
        self.put(node, kept)

    def _reconsider(self, node: LiveNode, question: Question) -> None:
        """Take an answer that came before the one it depends on."""
        assert node.rejected is not None
        words, values = node.rejected[0].split(), self.offered_values(node, question)
        if words and all(word in values for word in words):
            node.rejected = None
            self.put(node, " ".join(words))

    def offered_values(self, node: LiveNode, question: Question) -> frozenset[str]:
        """Return what may be chosen at ``node`` as the answers stand."""
        if node.offered is None or not node.relevant:
            return question.values
        return frozenset(question.choices[at].value for at in node.offered)

    def instance(self, name: str) -> Node:
        """Return the secondary instance ``name``; raise XPathEvaluationError."""
        return secondary_instance(self.definition, name)

    def itext(self, name: str) -> list[Node]:
        """Return the text ``name`` in the language of the session."""
        words = self.definition.texts.words(name, self.definition.skeleton.root)
        phrase = words.phrase(self.language, self.definition.default_language)
        return [Node("element", "value", spoken(phrase, self.nodes[0].context))]

    def choice_name(self, value: str, path: str) -> str:
        """Return the label of the choice ``value`` of the question at ``path``."""
        below = "".join(f"/{name}" for name in path.split("/")[2:])
        question = self.definition.questions.get(below)
        if question is None:
            raise XPathEvaluationError(_("“{name}” is not a question.").format(name=path))
        choice = next((one for one in question.choices if one.value == value), None)
        return "" if choice is None else self.label(choice, question)

    def label(self, choice: Choice, question: Question) -> str:
        """Return what a choice reads in the language of the session."""
        phrase = choice.label.phrase(self.language, self.definition.default_language)
        if len(phrase) == 1 and isinstance(phrase[0], str):
            return phrase[0].strip()
        return spoken(phrase, self.node(question.path).context) or choice.value


_RUN: dict[Duty, Callable[[Instance, Rule, LiveNode], None]] = {
    Duty.RELEVANT: Instance._relevant,
    Duty.VALUE: Instance._value,
    Duty.READONLY: Instance._readonly,
    Duty.REQUIRED: Instance._required,
    Duty.CONSTRAINT: Instance._constraint,
    Duty.OFFER: Instance._offer,
}
