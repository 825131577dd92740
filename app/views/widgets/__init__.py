"""The parts every page shares, so that no page invents its own spacing, colour or button."""

from __future__ import annotations
