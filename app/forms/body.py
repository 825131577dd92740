"""The body of a form: what people see, in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from app.forms.definition import Bind, Choice, Group, Item, Offer, Question
from app.forms.formula import Formula
from app.forms.places import Place, Skeleton
from app.forms.texts import Texts, itext_argument, local
from app.forms.words import Words

_LIST = re.compile(r"\s*instance\(\s*['\"]([^'\"]+)['\"]\s*\)/root/item\s*(\[.*\]\s*)?", re.DOTALL)
"""The items of a list the form carries, all of them or those that pass a condition."""
_TYPED = {"int": "integer", "integer": "integer", "decimal": "decimal"}
_INPUTS = frozenset({"date", "time", "dateTime", "geopoint"})
_SELECTS = {"select1": "select_one", "select": "select_multiple"}
_WORDS = frozenset({"label", "hint", "item", "itemset", "value", "help", "alert"})
ACTIONS = frozenset({"setvalue", "setgeopoint", "recordaudio", "action"})


@dataclass(frozen=True)
class Oddity:
    """A control, or part of one, that is not built yet; ``what`` is its name in XForms."""

    what: str
    place: Place | None
    detail: str = ""


class Body:
    """Reads controls into items; what it cannot make sense of goes to ``oddities``."""

    def __init__(
        self,
        body: Element,
        model: Element,
        skeleton: Skeleton,
        binds: dict[str, Bind],
        texts: Texts,
        find: Callable[[str | None, Place | None], Place | None],
        make: Callable[[str, Place], Formula | None],
    ) -> None:
        self.questions: dict[str, Question] = {}
        self.oddities: list[Oddity] = []
        self.actions: list[Element] = [one for one in body.iter() if local(one) in ACTIONS]
        self._lists = {one.get("id", ""): one for one in model if local(one) == "instance"}
        self._root = skeleton.root
        self._binds = binds
        self._texts = texts
        self._find = find
        self._make = make
        self._choices: dict[tuple[str, str, str], tuple[Choice, ...]] = {}
        self.items = self._items(body, skeleton.root)

    def _items(self, parent: Element, around: Place) -> tuple[Item, ...]:
        found: list[Item] = []
        for element in parent:
            name = local(element)
            if name == "group":
                found.append(self._group(element, around))
            elif name == "repeat":
                place = self._find(element.get("nodeset"), around)
                self.oddities.append(Oddity("repeat", place))
                found.extend(self._items(element, place or around))
            elif name not in _WORDS and name not in ACTIONS:
                question = self._question(element, name, around)
                if question is not None:
                    found.append(question)
        return tuple(found)

    def _group(self, element: Element, around: Place) -> Group:
        written = element.get("ref") or element.get("nodeset")
        place = self._find(written, around) if written else None
        inner = place or around
        return Group(
            path="" if place is None else place.path,
            name="" if place is None else place.name,
            label=self._texts.read(_child(element, "label"), inner),
            appearance=element.get("appearance", ""),
            children=self._items(element, inner),
        )

    def _question(self, element: Element, control: str, around: Place) -> Question | None:
        reference = element.get("ref") or element.get("bind")
        if reference is None:
            self.oddities.append(Oddity(control, around))
            return None
        place = self._find(reference, around)
        if place is None:
            return None
        if element.get("query"):
            self.oddities.append(Oddity("itemset", place, element.get("query", "")))
        bind = self._binds.get(place.path, Bind())
        question = Question(
            path=place.path,
            name=place.name,
            kind=self._kind(control, bind, place),
            type=bind.type,
            label=self._texts.read(_child(element, "label"), place),
            hint=self._texts.read(_child(element, "hint"), place),
            appearance=element.get("appearance", ""),
            choices=self._choices_of(element, place),
            attributes=tuple(sorted(element.attrib.items())),
            offer=self._offer(element, place),
        )
        self.questions[place.path] = question
        return question

    def _kind(self, control: str, bind: Bind, place: Place) -> str:
        if control in _SELECTS:
            return _SELECTS[control]
        if control == "trigger":
            return "acknowledge"
        if control != "input":
            self.oddities.append(Oddity(control, place))
            return "text"
        readonly = bind.readonly is not None and bind.readonly.always is True
        if readonly and bind.type == "string" and bind.calculate is None and not place.default:
            return "note"
        return bind.type if bind.type in _INPUTS else _TYPED.get(bind.type, "text")

    def _choices_of(self, element: Element, place: Place) -> tuple[Choice, ...]:
        choices: list[Choice] = []
        for child in element:
            if local(child) == "item":
                choices.append(self._written(child, place))
            elif local(child) == "itemset":
                choices.extend(self._listed(child, place))
        return tuple(choices)

    def _written(self, item: Element, place: Place) -> Choice:
        value = _child(item, "value")
        label = self._texts.read(_child(item, "label"), place)
        return Choice("" if value is None else (value.text or "").strip(), label)

    def _listed(self, itemset: Element, place: Place) -> tuple[Choice, ...]:
        nodeset = itemset.get("nodeset", "")
        match = _LIST.fullmatch(nodeset)
        listed = self._lists.get(match[1]) if match else None
        if match is None or listed is None or listed.get("src"):
            self.oddities.append(Oddity("itemset", place, nodeset))
            return ()
        value, label = (_reference(_child(itemset, one)) for one in ("value", "label"))
        key = (match[1], value, label)
        if key not in self._choices:
            self._choices[key] = tuple(self._items_of(listed, value, label))
        return self._choices[key]

    def _offer(self, element: Element, place: Place) -> Offer | None:
        itemset = _child(element, "itemset")
        match = None if itemset is None else _LIST.fullmatch(itemset.get("nodeset", ""))
        if match is None or not match[2] or match[1] not in self._lists:
            return None
        formula = self._make(match[0].strip(), place)
        return None if formula is None else Offer(match[1], formula)

    def _items_of(self, listed: Element, value: str, label: str) -> list[Choice]:
        text_name = itext_argument(label)
        found = []
        for item in (one for root in listed for one in root if local(one) == "item"):
            fields = {local(one): (one.text or "").strip() for one in item}
            if text_name is None:
                words = Words({"": (fields.get(label, ""),)})
            else:
                words = self._texts.words(fields.get(text_name, ""), self._root)
            found.append(Choice(fields.get(value, ""), words))
        return found


def _child(element: Element, name: str) -> Element | None:
    return next((one for one in element if local(one) == name), None)


def _reference(element: Element | None) -> str:
    return "" if element is None else element.get("ref", "").strip()
