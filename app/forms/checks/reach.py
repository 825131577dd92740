"""What a form can never ask, never offer and never accept, whatever is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.forms.checks.conditions import NOTHING, World, closed_list, literal
from app.forms.checks.facts import Facts
from app.forms.checks.structure import closest
from app.forms.definition import Bind, Definition, Question
from app.forms.formula import Formula
from app.forms.places import Place
from app.forms.problems import Problem
from app.forms.secondary import items_of
from app.forms.xpath.nodes import Node, fields_of, text_of
from app.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Logical,
    NodeTest,
    Number,
    Path,
    Step,
    String,
    everything,
)
from app.forms.xpath.values import form_number
from app.i18n import _

_ROUNDS = 8
_MOST_ITEMS = 5_000
_OWN = Path(False, None, (Step("self", NodeTest("node")),))
_LONG_PATH = re.compile(r"(?:/[\w.\-]+)+/([\w.\-]+)")


def shown(formula: Formula) -> str:
    """Return an expression as its author wrote it: ``${name}`` for a path."""
    text = _LONG_PATH.sub(r"${\1}", " ".join(formula.source.text.split()))
    return text if len(text) <= 80 else text[:79] + "…"


def unreachable(definition: Definition, world: World) -> Iterator[Problem]:
    """Yield what can never be relevant; a group stands for all that is in it."""
    places = [one for one in definition.skeleton.places if _relevant(definition, one) is not None]
    found: dict[Place, None] = {}
    for _round in range(_ROUNDS):
        before = len(found)
        for place in places:
            if place not in world.blank and not world.may_hold(_conditions(definition, place)):
                found[place] = None
                world.blank |= {place, *place.below()}
        if len(found) == before:
            break
    fresh = World(definition)
    for place in found:
        if not any(one in found for one in list(place.above())[1:]):
            yield _at(place, *_reason(definition, place, fresh), "relevant")


def _relevant(definition: Definition, place: Place) -> Formula | None:
    bind = definition.binds.get(place.path)
    return None if bind is None else bind.relevant


def _conditions(definition: Definition, place: Place) -> list[tuple[Expression, Place]]:
    found = []
    for one in place.above():
        formula = _relevant(definition, one)
        if formula is not None:
            found.append((formula.source.tree, one))
    return found


def _reason(definition: Definition, place: Place, fresh: World) -> tuple[str, str]:
    formula = _relevant(definition, place)
    assert formula is not None
    text = shown(formula)
    conditions = _conditions(definition, place)
    if not fresh.may_hold(conditions[:1]):
        message = _("It can never be reached: “{expression}” never holds.")
        return message.format(expression=text), _wrong_choice(fresh, formula)
    if not fresh.may_hold(conditions):
        message = _("It can never be reached: “{expression}” contradicts what its group asks for.")
        return message.format(expression=text), ""
    message = _("It can never be reached: “{expression}” depends on what is never asked.")
    return message.format(expression=text), ""


def _wrong_choice(world: World, formula: Formula) -> str:
    found = list(_strangers(world, formula))
    return found[0][1] if found else ""


def strange_choices(definition: Definition, world: World) -> Iterator[Problem]:
    """Yield comparisons with what is no choice of the question it is compared with."""
    for formula, column in formulas(definition):
        for message, advice in _strangers(world, formula):
            yield _at(formula.context, message, advice, column)


def _strangers(world: World, formula: Formula) -> Iterator[tuple[str, str]]:
    for path, value in _pairs(formula.source.tree):
        place = world.place_of(path, formula.context)
        question = world.definition.questions.get(place.path) if place is not None else None
        if question is None:
            continue
        words = closed_list(question, world.definition.binds.get(question.path, Bind()))
        if words is None or not str(value) or _is_among(value, words):
            continue
        message = _("“{value}” is no choice of “{name}”.")
        told = message.format(value=value, name=question.name)
        few = _("Its choices are: {names}.").format(names=", ".join(sorted(words)[:8]))
        yield told, closest(str(value), words) or few


def _is_among(value: str | float, words: frozenset[str]) -> bool:
    if isinstance(value, float):
        return any(form_number(word, 0) == value for word in words)
    return set(value.split()) <= words


def _pairs(tree: Expression) -> Iterator[tuple[Expression, str | float]]:
    """Yield every path with the literal it is compared with."""
    for one in everything(tree):
        match one:
            case Binary(symbol, left, right) if symbol in ("=", "!="):
                sides = [(left, right), (right, left)]
            case Call("selected", (left, right)):
                sides = [(left, right)]
            case _:
                continue
        for path, other in sides:
            value = literal(other)
            if isinstance(path, Path) and value is not None:
                yield path, value


def formulas(definition: Definition) -> Iterator[tuple[Formula, str]]:
    """Yield every rule of a form with the column it is written in."""
    for bind in definition.binds.values():
        for formula, column in (
            (bind.relevant, "relevant"),
            (bind.required, "required"),
            (bind.readonly, "readonly"),
            (bind.constraint, "constraint"),
            (bind.calculate, "calculation"),
        ):
            if formula is not None:
                yield formula, column
    for question in definition.questions.values():
        if question.itemset is not None:
            yield question.itemset.nodes, "choice_filter"
    for repeat in definition.repeats.values():
        if repeat.count is not None:
            yield repeat.count, "repeat_count"
    for action in definition.actions:
        if action.formula is not None:
            yield action.formula, "calculation"


def impossible_constraints(definition: Definition, world: World) -> Iterator[Problem]:
    """Yield constraints that refuse whatever is answered."""
    for path, bind in definition.binds.items():
        if bind.constraint is None:
            continue
        place = definition.skeleton.by_path[path]
        question = definition.questions.get(path)
        if place in world.blank or question is None or not question.asked:
            continue
        tree = bind.constraint.source.tree
        # A constraint is only asked for where there is an answer.
        answered = [Binary("!=", _OWN, String(""))]
        answered += [Binary(">", Call(name, (_OWN,)), Number(0.0)) for name in _measures(question)]
        if not world.may_hold((one, place) for one in (tree, *answered)):
            message = _("No answer can satisfy “{expression}”: every one is refused.")
            yield _at(place, message.format(expression=shown(bind.constraint)), "", "constraint")


def _measures(question: Question) -> tuple[str, ...]:
    return ("count-selected", "string-length") if question.choices else ("string-length",)


def never_offered(definition: Definition, world: World) -> Iterator[Problem]:
    """Yield choices that no question ever offers, and questions that offer none at all."""
    offered: dict[str, set[int]] = {}
    filtered: dict[str, list[Question]] = {}
    for question in definition.questions.values():
        itemset = question.itemset
        place = definition.skeleton.by_path[question.path]
        if place in world.blank or not question.choices:
            continue
        if itemset is None or not itemset.instance:
            offered.setdefault(_plain_list(question, definition), set()).update(
                range(len(question.choices))
            )
            continue
        passing = _passing(definition, world, question, place)
        if passing is None:
            offered.setdefault(itemset.instance, set()).update(range(len(question.choices)))
            continue
        offered.setdefault(itemset.instance, set()).update(passing)
        filtered.setdefault(itemset.instance, []).append(question)
        if not passing:
            message = _("No choice can ever be offered: “{expression}” never holds.")
            told = message.format(expression=_filter_text(itemset.nodes))
            yield _at(place, told, "", "choice_filter")
    for name, questions in filtered.items():
        yield from _left_out(questions[0], name, offered[name])


def _left_out(question: Question, name: str, offered: set[int]) -> Iterator[Problem]:
    if not offered:
        return
    for at, choice in enumerate(question.choices):
        if at not in offered:
            message = _("The choice “{value}” of “{list}” is never offered.")
            yield Problem(
                message.format(value=choice.value, list=name), f"{name}-{at}", column="name"
            )


def _plain_list(question: Question, definition: Definition) -> str:
    """Return the list a question takes all its choices from, by the choices it shares with it."""
    for other in definition.questions.values():
        if other.itemset is not None and other.choices is question.choices:
            return other.itemset.instance
    return ""


def _filter_text(formula: Formula) -> str:
    text = shown(formula)
    start = text.find("[")
    return text[start + 1 :].rstrip("]").strip() if start >= 0 else text


def _passing(
    definition: Definition, world: World, question: Question, place: Place
) -> set[int] | None:
    """Return the indexes of the choices that may be offered; None where that cannot be told."""
    assert question.itemset is not None
    predicates = _predicates(question.itemset.nodes.source.tree)
    items = items_of(definition, question.itemset.instance)
    if not predicates or len(items) > _MOST_ITEMS:
        return None
    fields = {one for predicate in predicates for one in everything(predicate) if _is_field(one)}
    known: dict[tuple[Expression, ...], bool] = {}
    found = set()
    for at, item in enumerate(items):
        values = tuple(_field(item, one) for one in fields)
        if values not in known:
            world.known = dict(zip(fields, values, strict=True))  # type: ignore[arg-type]
            todo = [(one, True, place) for one in predicates]
            known[values] = world.possible(todo, Facts())
        if known[values]:
            found.add(at)
    world.known = {}
    return found


def _predicates(tree: Expression) -> list[Expression]:
    """Return the conditions on the items of a list; none where they are not simple."""
    for one in everything(tree):
        if isinstance(one, Path) and isinstance(one.start, Call) and one.start.name == "instance":
            conditions = [p for step in one.steps for p in step.predicates]
            numeric = any(
                isinstance(inner, Call) and inner.name in ("position", "last")
                for condition in conditions
                for inner in everything(condition)
            )
            return [] if numeric or not all(map(_is_condition, conditions)) else conditions
    return []


def _is_condition(expression: Expression) -> bool:
    """Tell whether a predicate is surely no number, which would mean a place in the list."""
    match expression:
        case Logical():
            return True
        case Binary(symbol, _, _):
            return symbol in ("=", "!=", "<", "<=", ">", ">=")
        case Call(name, _):
            return name in ("selected", "not", "true", "false", "contains", "starts-with", "regex")
    return False


def _is_field(expression: Expression) -> bool:
    match expression:
        case Path(False, None, (step,)):
            return step.axis == "child" and step.test.kind == "name" and not step.predicates
    return False


def _field(item: Node, path: Expression) -> Expression:
    assert isinstance(path, Path)
    found = fields_of(item, path.steps[0].test.local)
    return String(text_of(found[0])) if found else NOTHING


def _at(place: Place, message: str, advice: str, column: str) -> Problem:
    return Problem(message, place.name, column=column, advice=advice, path=place.path)
