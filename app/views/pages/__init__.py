"""The pages: each asks queries, calls commands and shows what comes back."""

from __future__ import annotations
