"""Everything made of Qt widgets. Views ask queries and call commands; they hold no rule of the
domain, and none of them touches the store."""

from __future__ import annotations
