"""What an expression needs while it runs: where it stands, and whom to ask."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.nodes import Node
from app.forms.xpath.values import DAY_SECONDS, day_number
from app.i18n import _

MAX_STEPS = 2_000_000
"""How many nodes the expressions run together may look at: about a second's work."""


class Host:
    """The world outside the expression: the instance, the clock, texts, other instances.

    A form session overrides what it can answer. ``singles`` holds the nodes of the main instance
    that exist exactly once, by the number the definition gave them: compiled paths index it.
    """

    def __init__(self, root: Node, now: datetime) -> None:
        self.root = root
        self.singles: Mapping[int, Node] = {}
        shift = now.utcoffset()
        if shift is None:
            raise ValueError("the clock must know its time zone")
        self.offset = int(shift.total_seconds())
        self.random: random.Random = random.Random()
        self.steps_left = MAX_STEPS

    def spend(self, nodes: int) -> None:
        """Count nodes looked at; raise XPathEvaluationError when an expression asks for too many.

        Paths inside predicates multiply: without a limit a short expression can run for days.
        """
        self.steps_left -= nodes
        if self.steps_left < 0:
            raise XPathEvaluationError(_("The expression looks at far too much of the form."))

    def now(self) -> datetime:
        """Return the present moment, with its zone."""
        return datetime.now().astimezone()

    def now_days(self) -> float:
        """Return the present as days since 1970 UTC."""
        return self.now().timestamp() / DAY_SECONDS

    def today_days(self) -> float:
        """Return the local midnight that began today, as days since 1970 UTC."""
        today = self.now().date()
        return day_number(today.year, today.month, today.day) - self.offset / DAY_SECONDS

    def instance(self, name: str) -> Node:
        """Return the root of the secondary instance ``name``; raise XPathEvaluationError."""
        raise XPathEvaluationError(_("There is no list called “{name}”.").format(name=name))

    def itext(self, name: str, context: Context) -> list[Node]:
        """Return the text ``name`` in the language in use, as at most one node."""
        raise XPathEvaluationError(_("There is no text called “{name}”.").format(name=name))

    def choice_name(self, value: str, path: str, context: Context) -> str:
        """Return the label that the question at ``path`` gives its choice ``value``."""
        raise XPathEvaluationError(_("“{name}” is not a question.").format(name=path))

    def repeat_position(self, node: Node) -> int:
        """Return the 1-based place of ``node`` among the siblings that share its name."""
        if node.parent is None:
            return 1
        same = [one for one in node.parent.children if one.name == node.name]
        return same.index(node) + 1


class Context:
    """Where an expression stands: a node, its place among those considered, and the host.

    ``levels`` are the nodes that exist once in each row around ``origin``, by number, the root's
    first.
    """

    __slots__ = ("host", "levels", "node", "offset", "origin", "position", "singles", "size")

    def __init__(
        self,
        host: Host,
        node: Node,
        position: int = 1,
        size: int = 1,
        origin: Node | None = None,
        levels: Sequence[Mapping[int, Node]] = (),
    ) -> None:
        self.host = host
        self.node = node
        self.position = position
        self.size = size
        self.origin = node if origin is None else origin
        self.singles = host.singles
        self.levels = levels
        self.offset = host.offset
