"""The answers of one response as a living tree, and the one loop that keeps it consistent.

An answer puts the rules that read it on a heap, in rank order, once for each row they are due in;
each rule that changes something puts its own readers there. What nothing touched is never looked
at, so the cost of an answer does not grow with the form, nor with the rows it does not concern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from heapq import heappop, heappush

from app.forms import growing, offers
from app.forms.answers import AnswerError, Given, computed, stored, typed
from app.forms.definition import Choice, Definition, Question
from app.forms.graph import Duty, Rule
from app.forms.places import Place
from app.forms.rows import LiveNode, Range, Scope, grown
from app.forms.secondary import secondary_instance
from app.forms.words import spoken
from app.forms.xpath.context import MAX_STEPS, Context, Host
from app.forms.xpath.errors import XPathError
from app.forms.xpath.nodes import Node

__all__ = ["Instance", "LiveNode"]

_RULE_STEPS = 20
"""What running one rule counts against the limit of steps, so that rules cannot wake one another
for ever."""


_LONG = 100
"""Of how many characters of a calculated text each reader counts one against that limit."""


class Instance(Host):
    """One response: its nodes by place number, what is pending, and what has changed.

    ``media`` are the files that came with the form, by name; ``last_saved`` is the XML of the
    response saved before this one. ``arrived`` are the rows that came since somebody last looked,
    ``failed`` the values an event could not work out, with the reason. ``counted`` are the repeats
    counting their own rows that grew since the last answer.
    """

    def __init__(
        self,
        definition: Definition,
        clock: Callable[[], datetime],
        media: Mapping[str, bytes] | None = None,
        last_saved: str = "",
    ) -> None:
        document = Node("document")
        super().__init__(document, clock())
        self.definition = definition
        self.language = definition.default_language
        self.media = {} if media is None else media
        self.last_saved = last_saved
        self.is_loading = True
        self.is_opening = True
        self.known_choices: dict[str, Callable[[Node], Choice | None]] = {}
        self.size = len(definition.skeleton.places)
        self.changed: dict[LiveNode | Range, None] = {}
        self.arrived: list[LiveNode] = []
        self.failed: list[tuple[str, str]] = []
        self.faults: dict[LiveNode, dict[int, str]] = {}
        self.counted: set[Range] = set()
        self._graph = definition.graph
        self._clock = clock
        self._heap: list[tuple[int, int, LiveNode]] = []
        self._pending: set[tuple[int, int]] = set()
        self.top = grown(definition.skeleton.root, self, None)
        self.singles = self.top.scope.nodes
        document.append(self.top)
        growing.prepare(self, self.top.scope)
        if definition.repeats:
            growing.plant(self, self.top, definition.primary)

    @property
    def scope(self) -> Scope:
        """The scope of the root."""
        return self.top.scope

    def now(self) -> datetime:
        """Return the present moment by the session's clock."""
        return self._clock()

    def nodes(self) -> Iterable[LiveNode]:
        """Return every node, in the order of the response."""
        return sorted(self.scope.everything(), key=lambda node: node.order)

    def ruled(self) -> Iterable[LiveNode]:
        """Return those, and where the counts of repeats are worked out, in the same order."""
        scope = self.scope
        return sorted([*scope.everything(), *scope.templates()], key=lambda node: node.order)

    def keep(self, node: LiveNode, given: Given) -> None:
        """Take an answer as given; what is none is kept aside, with the reason."""
        question = self.definition.questions.get(node.place.path)
        node.rejected = None
        text = "" if given is None else str(given)
        if question is not None:
            try:
                text = stored(given, question, offers.values(self, node, question))
            except (AnswerError, XPathError) as error:
                node.rejected = (typed(given), error.message)
                text = ""
        self.put(node, text)

    def put(self, node: LiveNode, text: str) -> None:
        """Keep ``text`` as the answer at ``node`` and queue what depends on it."""
        self.changed[node] = None
        if node.raw != text:
            node.raw = text
            if node.relevant:
                self._publish(node, text)

    def settle_all(self) -> None:
        """Run every rule, as when a response is opened."""
        self.is_loading = False
        for rank, rule in enumerate(self._graph.rules):
            for node in self.sites(rule, self.scope):
                self._push(rank, node)
        self.settle()
        self.is_opening = False

    def settle(self) -> None:
        """Run pending rules, in rank order, until none is left."""
        heap, pending, rules = self._heap, self._pending, self._graph.rules
        self.steps_left = MAX_STEPS
        self.counted.clear()
        while heap:
            rank, serial, node = heappop(heap)
            pending.discard((rank, serial))
            if node.scope.is_gone:
                continue
            rule = rules[rank]
            try:
                self.spend(_RULE_STEPS)
                _RUN[rule.duty](self, rule, node)
            except XPathError as error:
                self.faults.setdefault(node, {})[rank] = error.message
                self.changed[node] = None
            else:
                if self.faults:
                    self._mended(rank, node)
            for count in self._graph.feeding.get(rank, ()):
                for site in self.sites(rules[count], self.scope):
                    self._push(count, site)

    def _mended(self, rank: int, node: LiveNode) -> None:
        told = self.faults.get(node, {})
        told.pop(rank, None)
        if not told:
            self.faults.pop(node, None)

    def speak(self, language: str) -> None:
        """Switch the language of the form's own texts, and settle what quotes them."""
        self.language = language
        for node in self.scope.everything():
            node.offered = None
        for rank in self._graph.speaking:
            for node in self.sites(self._graph.rules[rank], self.scope):
                self._push(rank, node)
        self.settle()

    def sites(self, rule: Rule, scope: Scope) -> Iterable[LiveNode]:
        """Return every node at which ``rule`` runs inside ``scope``."""
        if rule.duty is Duty.COUNT:
            templates = (one.template for one in scope.ranges_of(rule.place))
            return [one for one in templates if one is not None]
        return scope.at(rule.place)

    def queue_row(self, row: LiveNode) -> None:
        """Queue every rule inside a new row."""
        for rank in self._graph.inside[row.place.number]:
            for node in self.sites(self._graph.rules[rank], row.scope):
                self._push(rank, node)

    def rows_changed(self, rows: Range, start: int) -> None:
        """Queue what looks at the rows of a repeat; those from the index ``start`` on moved."""
        self.changed[rows] = None
        scope, number, depth = rows.node.scope, rows.place.number, rows.place.depth
        self._touch(scope, self._graph.at_rows[number])
        self._mark_readers(scope, self._graph.quoting_rows.get(number, ()))
        asking = self._graph.at_place[number]
        self._touch(scope, [one for one in asking if one[1] < depth])
        inside = [one for one in asking if one[1] >= depth]
        for row in rows.rows[start:]:
            self._touch(row.scope, inside)

    def _push(self, rank: int, node: LiveNode) -> None:
        key = (rank, node.serial)
        if key not in self._pending:
            self._pending.add(key)
            heappush(self._heap, (rank, node.serial, node))

    def _touch(self, scope: Scope, touched: Iterable[tuple[int, int]]) -> None:
        rules, line = self._graph.rules, scope.line
        for rank, depth in touched:
            rule = rules[rank]
            around = line[min(depth, len(line) - 1)]
            if rule.place.depth == depth and rule.duty is not Duty.COUNT:
                self._push(rank, around.nodes[rule.place.number])
            else:
                for node in self.sites(rule, around):
                    self._push(rank, node)

    def _publish(self, node: LiveNode, value: str) -> None:
        node.value = value
        number = node.place.number
        self.changed[node] = None
        self._touch(node.scope, self._graph.touched_by[number])
        self._mark_readers(node.scope, self._graph.quoted_by.get(number, ()))

    def _mark_readers(self, scope: Scope, readers: Iterable[tuple[Place, int]]) -> None:
        for place, depth in readers:
            for reader in scope.line[depth].at(place):
                self.changed[reader] = None

    def _relevant(self, rule: Rule, node: LiveNode) -> None:
        node.own_relevant = rule.formula.truth(node.context)
        parent = node.parent
        self.spread(node, parent.relevant if isinstance(parent, LiveNode) else True)

    def spread(self, node: LiveNode, around: bool) -> None:
        """Work out whether ``node`` applies, given what is around it, and tell what is inside."""
        relevant = around and node.own_relevant
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self.changed[node] = None
        for rank in self._graph.waking[node.place.number] if relevant else ():
            self._push(rank, node)
        if node.raw:
            self._publish(node, node.raw if relevant else "")
        else:
            # It leaves the sets of nodes that others count.
            self._touch(node.scope, self._graph.touched_by[node.place.number])
        for child in node.parts:
            self.spread(child, relevant)

    def _value(self, rule: Rule, node: LiveNode) -> None:
        if node.relevant:
            question = self.definition.questions.get(rule.place.path)
            text = rule.formula.text(node.context)
            text = text if question is None else computed(text, question)
            if text != node.raw:
                # A long text costs all who read it; short ones count nothing.
                self.spend(len(text) // _LONG * len(self._graph.touched_by[rule.place.number]))
                node.rejected = None
                self.put(node, text)

    def _readonly(self, rule: Rule, node: LiveNode) -> None:
        readonly = rule.formula.truth(node.context)
        if readonly != node.readonly:
            node.readonly = readonly
            self._mark(node)

    def _mark(self, node: LiveNode) -> None:
        self.changed[node] = None
        for child in node.parts:
            self._mark(child)

    def _required(self, rule: Rule, node: LiveNode) -> None:
        required = rule.formula.truth(node.context)
        if required != node.required:
            node.required = required
            self.changed[node] = None

    def _constraint(self, rule: Rule, node: LiveNode) -> None:
        valid = not node.value or rule.formula.truth(node.context)
        if valid != node.valid:
            node.valid = valid
            self.changed[node] = None

    def _offer(self, rule: Rule, node: LiveNode) -> None:
        offers.reconsider(self, node, self.definition.questions[rule.place.path])

    def _count(self, rule: Rule, node: LiveNode) -> None:
        growing.resize(self, node.scope.line[-2].ranges[rule.place.number], rule.formula, node)

    def instance(self, name: str) -> Node:
        """Return the secondary instance ``name``; raise XPathEvaluationError."""
        return secondary_instance(self.definition, name, self.media, self.last_saved)

    def itext(self, name: str, context: Context) -> list[Node]:
        """Return the text ``name`` in the language of the session, as seen from ``context``."""
        here = context.origin if isinstance(context.origin, LiveNode) else self.top
        words = self.definition.texts.words(name, here.place)
        phrase = words.phrase(self.language, self.definition.default_language)
        return [Node("element", "value", spoken(phrase, here.context))]

    def choice_name(self, value: str, path: str, context: Context) -> str:
        """Return the label of the choice ``value`` of the question at ``path``."""
        return offers.choice_name(self, value, path, context)

    def repeat_position(self, node: Node) -> int:
        """Return the 1-based place of ``node`` among the rows it stands with."""
        if isinstance(node, LiveNode) and node.row_number:
            return node.row_number
        return super().repeat_position(node)

    def label(self, choice: Choice, question: Question, node: LiveNode) -> str:
        """Return what a choice reads in the language of the session."""
        phrase = choice.label.phrase(self.language, self.definition.default_language)
        if len(phrase) == 1 and isinstance(phrase[0], str):
            return phrase[0].strip()
        return spoken(phrase, node.context) or choice.value


_RUN: dict[Duty, Callable[[Instance, Rule, LiveNode], None]] = {
    Duty.RELEVANT: Instance._relevant,
    Duty.VALUE: Instance._value,
    Duty.READONLY: Instance._readonly,
    Duty.REQUIRED: Instance._required,
    Duty.CONSTRAINT: Instance._constraint,
    Duty.OFFER: Instance._offer,
    Duty.COUNT: Instance._count,
}
