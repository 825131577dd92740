"""Which choices a question offers, as the answers stand; worked out when somebody asks.

ODK XForms specification, “Secondary Instances” (itemset, choice filters) and ``randomize``.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, TypeAlias

from app.forms.definition import Choice, Itemset, Question
from app.forms.guard import all_stays
from app.forms.places import form_path
from app.forms.rows import LiveNode
from app.forms.secondary import has_only_items, items_of
from app.forms.words import Words
from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathError, XPathEvaluationError
from app.forms.xpath.indexing import looked_up
from app.forms.xpath.listing import Listing, Row
from app.forms.xpath.nodes import Node
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.instance import Instance

_IDENTIFIER = 32
"""Letters from which a value says nothing to people, such as that of a thing that is followed."""


def choices(instance: Instance, node: LiveNode, question: Question) -> tuple[Choice, ...]:
    """Return the choices offered at ``node`` now; none while it is not relevant."""
    itemset = question.itemset
    if itemset is None:
        return question.choices
    if node.offered is None:
        with all_stays():
            node.offered = tuple(_evaluated(instance, node, question, itemset))
    return node.offered


def fetch(instance: Instance) -> None:
    """Read and index the lists from which an answer picks, ahead of the first that does."""
    for question in instance.definition.questions.values():
        tree = None if question.itemset is None else question.itemset.nodes.source.tree
        for name, item, field in () if tree is None else looked_up(tree):
            try:
                parts = instance.instance(name).children
            except XPathEvaluationError:
                # Whoever comes to the question is told there.
                continue
            for part in parts:
                if isinstance(part, Listing):
                    part.index(item, field)


class _Anything(Container[str]):
    def __contains__(self, _value: object) -> bool:
        return True


def values(instance: Instance, node: LiveNode, question: Question) -> Container[str]:
    """Return what may be chosen at ``node``; anything, where that is not known yet."""
    if question.itemset is None:
        return question.values
    if instance.is_loading or not node.relevant:
        return question.values or _Anything()
    return frozenset(one.value for one in choices(instance, node, question))


def _evaluated(
    instance: Instance, node: LiveNode, question: Question, itemset: Itemset
) -> list[Choice]:
    known = _known(instance, question, itemset)
    found = []
    for item in itemset.nodes.nodes(node.context):
        choice = known(item)
        if choice is None:
            inner = Context(instance, item, levels=node.scope.levels)
            choice = Choice(itemset.value(inner), Words({"": (itemset.label(inner),)}))
        found.append(choice)
    return found


_Known: TypeAlias = Callable[[Node], Choice | None]


def _known(instance: Instance, question: Question, itemset: Itemset) -> _Known:
    """Return what tells the choices of a list the form carries by its items."""
    known = instance.known_choices.get(question.path)
    if known is None:
        known = _none if not itemset.instance else _carried(instance, question, itemset.instance)
        instance.known_choices[question.path] = known
    return known


def _none(_item: Node) -> None:
    return None


def _carried(instance: Instance, question: Question, name: str) -> _Known:
    # The choices stand in the order of the items.
    form, choices = instance.definition, question.choices
    whole = has_only_items(form, name, len(choices))
    if whole is None:
        items = items_of(form, name)
        numbers = {id(item): one for item, one in zip(items, choices, strict=True)}
        return lambda item: numbers.get(id(item))

    def at_its_place(item: Node) -> Choice | None:
        return choices[item.at] if isinstance(item, Row) and item.parent is whole else None

    return at_its_place


def reconsider(instance: Instance, node: LiveNode, question: Question) -> None:
    """Forget which choices were offered, and drop from the answer what no longer is."""
    before = node.offered
    node.offered = None
    instance.changed[node] = None
    if not node.relevant or not (node.raw or node.rejected):
        return
    try:
        now = choices(instance, node, question)
    except XPathError as error:
        # Nobody can say whether it may be chosen: it is kept, and told.
        if node.raw:
            node.rejected = (node.raw, error.message)
            instance.put(node, "")
        raise
    if node.rejected is not None:
        _take_again(instance, node, now)
    elif before != now:
        _narrow(instance, node, now)


def _narrow(instance: Instance, node: LiveNode, now: tuple[Choice, ...]) -> None:
    offered = frozenset(one.value for one in now)
    kept = " ".join(word for word in node.raw.split() if word in offered)
    if kept == node.raw:
        return
    if instance.is_opening:
        # A draft brought it: it is told like any wrong answer, and not lost unseen.
        node.rejected = (
            node.raw,
            _gone(next(one for one in node.raw.split() if one not in offered)),
        )
        kept = ""
    instance.put(node, kept)


def _gone(word: str) -> str:
    if len(word) >= _IDENTIFIER:
        return _("What was chosen is no longer in the list; choose again.")
    return _("“{value}” was chosen and is no longer in the list; choose again.").format(value=word)


def _take_again(instance: Instance, node: LiveNode, now: tuple[Choice, ...]) -> None:
    """Take an answer that came before the one it depends on."""
    assert node.rejected is not None
    words = node.rejected[0].split()
    offered = frozenset(one.value for one in now)
    if words and all(word in offered for word in words):
        node.rejected = None
        instance.put(node, " ".join(words))


def choice_name(instance: Instance, value: str, path: str, context: Context) -> str:
    """Return the label of the choice ``value`` of the question at ``path``, for jr:choice-name."""
    origin = context.origin
    around = origin.place.path if isinstance(origin, LiveNode) else ""
    below = form_path(path, around, instance.definition.root)
    question = instance.definition.questions.get(below)
    if question is None:
        raise XPathEvaluationError(_("“{name}” is not a question.").format(name=path))
    place = instance.definition.skeleton.by_path[below]
    node = _beside(context, place.depth, place.number)
    found: tuple[Choice, ...] = question.choices
    if question.itemset is not None and not question.itemset.instance and node is not None:
        found = choices(instance, node, question)
    choice = next((one for one in found if one.value == value), None)
    if choice is None:
        return ""
    return instance.label(choice, question, instance.top if node is None else node)


def _beside(context: Context, depth: int, number: int) -> LiveNode | None:
    if depth >= len(context.levels):
        return None
    node = context.levels[depth].get(number)
    return node if isinstance(node, LiveNode) else None
