"""The body of a form: what people see, in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from app.forms.definition import Bind, Choice, Group, Item, Itemset, Question, Repeat
from app.forms.formula import Formula
from app.forms.places import Place, Skeleton
from app.forms.reads import reads_at_ends
from app.forms.texts import Texts, itext_argument, local
from app.forms.words import Words
from app.forms.xpath.compiler import JAVAROSA
from app.forms.xpath.piece import Piece
from app.forms.xpath.syntax import Expression

_LIST = re.compile(
    r"\s*(?:randomize\(\s*)?instance\(\s*['\"]([^'\"]+)['\"]\s*\)/root/item\b(?!/)(.*)", re.DOTALL
)
"""The items of a list the form carries: all, those that pass a condition, in any order."""
_PLAIN_LIST = re.compile(r"\s*instance\([^()]*\)/root/item\s*")
_TYPED = {"int": "integer", "integer": "integer", "decimal": "decimal"}
_INPUTS = frozenset(
    {"date", "time", "dateTime", "geopoint", "geotrace", "geoshape", "barcode", "boolean"}
)
_SELECTS = {"select1": "select_one", "select": "select_multiple", "rank": "rank"}
_OTHERS = frozenset({"rank", "range", "upload"})
_WORDS = frozenset({"label", "hint", "item", "itemset", "value", "help", "alert"})
ACTIONS = frozenset({"setvalue", "setgeopoint", "recordaudio", "action"})
JR = f"{{{JAVAROSA}}}"


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
        make: Callable[[str, Place, str], Formula | None],
        inner: Callable[[str, Place], tuple[Expression, Piece] | None],
    ) -> None:
        self.questions: dict[str, Question] = {}
        self.oddities: list[Oddity] = []
        self._lists = {one.get("id", ""): one for one in model if local(one) == "instance"}
        self._root = skeleton.root
        self._skeleton = skeleton
        self._binds = binds
        self._texts = texts
        self._find = find
        self._make = make
        self._inner = inner
        self._choices: dict[tuple[str, str, str], tuple[Choice, ...]] = {}
        self.refusals: list[tuple[str, Place]] = []
        self.groups_asked: list[Place] = []
        self.repeats: dict[str, Repeat] = {}
        self.acts: list[tuple[Element, Place | None]] = []
        self.items = self._items(body, skeleton.root, None)

    def _items(self, parent: Element, around: Place, row: Place | None) -> tuple[Item, ...]:
        """Read what is inside ``parent``; ``row`` is the repeat it stands in, if any."""
        found: list[Item] = []
        for element in parent:
            name = local(element)
            if name == "group":
                found.append(self._group(element, around, row))
            elif name == "repeat":
                found += self._repeat(element, around)
            elif name in ACTIONS:
                self.acts.append((element, row))
            elif name not in _WORDS:
                question = self._question(element, name, around)
                if question is not None:
                    found.append(question)
        return tuple(found)

    def _group(self, element: Element, around: Place, row: Place | None) -> Group:
        written = element.get("ref") or element.get("nodeset")
        place = self._find(written, around) if written else None
        inner = place or around
        return Group(
            path="" if place is None else place.path,
            name="" if place is None else place.name,
            label=self._texts.read(_child(element, "label"), inner),
            appearance=element.get("appearance", ""),
            children=self._items(element, inner, row),
        )

    def _repeat(self, element: Element, around: Place) -> list[Item]:
        place = self._find(element.get("nodeset") or element.get("ref"), around)
        self.oddities.append(Oddity("repeat", place))
        if place is None:
            return []
        count = element.get(f"{JR}count")
        repeat = Repeat(
            path=place.path,
            name=place.name,
            label=self._texts.read(_child(element, "label"), place),
            appearance=element.get("appearance", ""),
            children=self._items(element, place, place),
            count=self._make(count, place, "repeat_count") if count else None,
            is_fixed=element.get(f"{JR}noAddRemove", "").strip() in ("true()", "true"),
        )
        self.repeats[place.path] = repeat
        return [repeat]

    def _question(self, element: Element, control: str, around: Place) -> Question | None:
        reference = element.get("ref") or element.get("bind")
        if reference is None:
            self.oddities.append(Oddity(control, around))
            return None
        place = self._find(reference, around)
        if place is None:
            return None
        if place.children:
            self.groups_asked.append(place)
            return None
        if control == "upload" and element.get("mediatype", "").strip().startswith("."):
            self.refusals.append((element.get("mediatype", ""), place))
        if element.get("query"):
            self.oddities.append(Oddity("query", place))
        bind = self._binds.get(place.path, Bind())
        self.acts += [(one, place) for one in element if local(one) in ACTIONS]
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
            itemset=self._itemset(element, place),
        )
        self.questions[place.path] = question
        return question

    def _kind(self, control: str, bind: Bind, place: Place) -> str:
        if control in _OTHERS:
            self.oddities.append(Oddity(control, place))
        if control in _SELECTS:
            return _SELECTS[control]
        if control == "trigger":
            return "acknowledge"
        if control in _OTHERS:
            return control
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
        name = self._own_list(nodeset)
        if not name or "randomize" in nodeset:
            self.oddities.append(Oddity("itemset", place, nodeset))
        if not name:
            return ()
        value, label = (_reference(_child(itemset, one)) for one in ("value", "label"))
        key = (name, value, label)
        if key not in self._choices:
            self._choices[key] = tuple(self._items_of(self._lists[name], value, label))
        return self._choices[key]

    def _own_list(self, nodeset: str) -> str:
        """Return the name of the list the form itself carries that a nodeset picks from."""
        match = _LIST.fullmatch(nodeset)
        listed = self._lists.get(match[1]) if match else None
        return match[1] if match and listed is not None and not listed.get("src") else ""

    def _itemset(self, element: Element, place: Place) -> Itemset | None:
        itemset = _child(element, "itemset")
        nodeset = "" if itemset is None else itemset.get("nodeset", "").strip()
        name = self._own_list(nodeset)
        if itemset is None or not nodeset or (name and _PLAIN_LIST.fullmatch(nodeset)):
            return None
        formula = self._make(nodeset, place, "choice_filter")
        value = self._inner(_reference(_child(itemset, "value")) or ".", place)
        label = self._inner(_reference(_child(itemset, "label")) or ".", place)
        if formula is None or value is None or label is None:
            return None
        reads = dict(formula.reads)
        for inner in (value, label):
            read = reads_at_ends(self._skeleton, formula.source.tree, inner[0], place)
            for one, depth in read.items():
                reads[one] = min(reads.get(one, depth), depth)
        return Itemset(formula, value[1].text(), label[1].text(), name, reads)

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
