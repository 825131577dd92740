"""Secondary instances: the lists a form carries or brings in files, as trees expressions can walk.

A list is turned into a tree when an expression first asks for it, and then shared by all sessions.
ODK XForms specification, “Secondary Instances”: XML as it is, CSV and GeoJSON as ``root/item``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

from app.errors import KipuError
from app.forms.guard import all_stays, parse_xml
from app.forms.lists import (
    MAX_FIELDS,
    Elements,
    Pairs,
    Rows,
    attributes,
    own_text,
    table,
)
from app.forms.texts import local
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.listing import Listing, Source, Tree
from app.forms.xpath.nodes import Node
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.definition import Definition

MAX_MEDIA_BYTES = 50_000_000
_MALFORMED = (TypeError, LookupError, AttributeError, RecursionError)
"""What reading a file can end in whose parts are not what they should be."""
LAST_SAVED = "jr://instance/last-saved"

_trees: WeakKeyDictionary[Definition, dict[str, Node]] = WeakKeyDictionary()


def secondary_instance(
    definition: Definition, name: str, media: Mapping[str, bytes], last_saved: str = ""
) -> Node:
    """Return the instance ``name`` of a form; raise XPathEvaluationError if there is none.

    ``media`` are the files that came with the form, by name.
    """
    element = definition.instances.get(name)
    if element is None and f"{name}.csv" in media:
        # A form that changes a list it does not offer looks its versions up all the same.
        return _from_file(f"{name}.csv", media)
    if element is None:
        raise XPathEvaluationError(_("There is no list called “{name}”.").format(name=name))
    source = element.get("src", "")
    if source == LAST_SAVED:
        return _saved(last_saved) if last_saved else _blank(definition)
    if source:
        return _from_file(PurePosixPath(source).name, media)
    trees = _trees.setdefault(definition, {})
    if name not in trees:
        trees[name] = _top(element)
    return trees[name]


def items_of(definition: Definition, name: str) -> tuple[Node, ...]:
    """Return the items of the list ``name`` the form carries, in their order."""
    top = secondary_instance(definition, name, {})
    return tuple(one for root in top.children for one in root.children if one.name == "item")


def has_only_items(definition: Definition, name: str, count: int) -> Listing | None:
    """Return what holds the ``count`` items of the list ``name`` the form carries, and nothing else.

    None where they do not stand so plainly.
    """
    top = secondary_instance(definition, name, {})
    root = top.children[0] if len(top.children) == 1 else None
    return root if isinstance(root, Listing) and len(root.source) == count else None


def _from_file(name: str, media: Mapping[str, bytes]) -> Node:
    data = media.get(name)
    if data is None:
        message = _("The file “{name}” did not come with the form.")
        raise XPathEvaluationError(message.format(name=name))
    if len(data) > MAX_MEDIA_BYTES:
        raise XPathEvaluationError(_("The file “{name}” is too large.").format(name=name))
    try:
        return file_tree(bytes(data), PurePosixPath(name).suffix.lower())
    except UnicodeDecodeError:
        raise _unreadable(name, _("it is not text in UTF-8; save it as CSV UTF-8")) from None
    except (KipuError, csv.Error, ValueError) as error:
        raise _unreadable(name, str(error)) from None
    except _MALFORMED:
        raise _unreadable(name, _("it is not laid out as such files are")) from None


def _unreadable(name: str, reason: str) -> XPathEvaluationError:
    message = _("The file “{name}” cannot be read: {reason}")
    return XPathEvaluationError(message.format(name=name, reason=reason))


@lru_cache(maxsize=16)
def file_tree(data: bytes, suffix: str) -> Node:
    """Return the tree of a file that ends in ``suffix``; raises ValueError or KipuError."""
    text = data.decode("utf-8-sig")
    if suffix == ".csv":
        return _listed(table(text))
    if suffix in (".geojson", ".json"):
        with all_stays():
            return _listed(_from_geojson(text))
    return _saved(text)


def _saved(xml: str) -> Node:
    top = Element("instance")
    top.append(parse_xml(xml))
    return _top(top)


def _blank(definition: Definition) -> Node:
    """Nothing was saved before: the response is there, and empty."""
    top = Tree("instance")
    root = top.append(Node("element", definition.root))

    def copy(place_children: list[Any], into: Node) -> None:
        for place in place_children:
            copy(place.children, into.append(Node("element", place.name)))

    copy(definition.skeleton.root.children, root)
    return top


def _listed(source: Source) -> Node:
    top = Tree("instance")
    top.append(Listing("root", source))
    return top


def _from_geojson(text: str) -> Source:
    data = json.loads(text)
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise ValueError(_("it holds no collection of features"))
    if sum(map(len, features)) > MAX_FIELDS:
        raise ValueError(_("it holds too many rows"))
    return Rows([_feature(one) for one in features])


def _feature(feature: dict[str, Any]) -> Pairs:
    fields = dict(feature.get("properties") or {})
    if "id" in feature:
        fields["id"] = feature["id"]
    texts = ((str(name), "" if value is None else str(value)) for name, value in fields.items())
    return (("geometry", _geometry(feature.get("geometry") or {})), *texts)


def _geometry(geometry: dict[str, Any]) -> str:
    """Write a GeoJSON geometry as XForms do: latitude first, points parted by a semicolon."""
    found = geometry.get("coordinates") or []
    match geometry.get("type"):
        case "Point":
            points = [found]
        case "LineString":
            points = found
        case "Polygon":
            points = found[0] if found else []
        case _:
            return ""
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in points)


def _top(element: Element) -> Node:
    top = Tree("instance")
    attributes(top, element)
    for child in element:
        name = local(child)
        root = Listing(name, Elements(child)) if len(child) else Node("element", name)
        root.value = own_text(child)
        attributes(top.append(root), child)
    return top
