"""What a form writes down by itself: when, on which device, by whom, and its own identifier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import uuid4

from app.forms.definition import Bind
from app.forms.instance import Instance, LiveNode

IDENTIFIER = "/meta/instanceID"
FORMER = "/meta/deprecatedID"


def preload_all(instance: Instance, properties: Mapping[str, str], *, is_new: bool) -> None:
    """Write what belongs to the opening of a response.

    ``properties`` are what the device knows: deviceid, username, email, phonenumber. A response
    gone on with only gets the identifier, if it lacks one; the rest is taken once.
    """
    for node, bind in _preloaded(instance):
        text = _opening(bind, instance.now(), properties)
        if text and (is_new or (bind.preload == "uid" and not node.raw)):
            instance.put(node, text)


def preload_end(instance: Instance) -> None:
    """Write the moment at which the response was finished, wherever the form wants it."""
    for node, bind in _preloaded(instance):
        if (bind.preload, bind.preload_parameters) == ("timestamp", "end"):
            instance.put(node, _timestamp(instance.now()))


def _preloaded(instance: Instance) -> Iterator[tuple[LiveNode, Bind]]:
    for path, bind in instance.definition.binds.items():
        if bind.preload:
            for node in instance.scope.at(instance.definition.place(path)):
                yield node, bind


def _opening(bind: Bind, now: datetime, properties: Mapping[str, str]) -> str:
    match bind.preload:
        case "uid":
            return f"uuid:{uuid4()}"
        case "date":
            return now.date().isoformat()
        case "timestamp":
            return _timestamp(now) if bind.preload_parameters == "start" else ""
    return properties.get(bind.preload_parameters.removeprefix("uri:"), "")


def _timestamp(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds")


def note_edit(instance: Instance) -> None:
    """Give an edited response an identifier of its own, and keep the former one beside it.

    ODK XForms specification, “Metadata”: instanceID and deprecatedID.
    """
    by_path = instance.definition.skeleton.by_path
    own, former = by_path[IDENTIFIER], by_path.get(FORMER)
    node = instance.scope.nodes[own.number]
    if former is not None:
        instance.put(instance.scope.nodes[former.number], node.raw)
    bind = instance.definition.binds.get(IDENTIFIER)
    if bind is not None and bind.preload == "uid":
        instance.put(node, f"uuid:{uuid4()}")
