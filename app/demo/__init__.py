"""A ready project to look at: three laptops and a share, made by running the real verbs.

Nothing here reaches behind the verbs, so what the demo shows is what anybody gets.
"""

from __future__ import annotations

from app.demo.laptop import PASSPHRASE
from app.demo.story import FULL, SMALL, Size, build

__all__ = ["FULL", "PASSPHRASE", "SMALL", "Size", "build"]
