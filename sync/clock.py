"""Time as the merge sees it: a bounded hint that only breaks ties (sync rule 9).

Causality lives in `replaces` and frontiers. A laptop whose year is wrong may claim any time; what
counts is that claim clamped to a window that is read from the batch alone, so every replica
computes the same.
"""

from __future__ import annotations

MAX_LEAD_MS = 90 * 24 * 3600 * 1000
_DOUBT_MS = 24 * 3600 * 1000


def effective(claimed_ms: int, reference_ms: int) -> int:
    """Milliseconds since 1970 that order a change: `claimed` within 90 days after `reference`.

    `reference` is the greatest effective time its author had applied in that space. With no
    reference yet (0) nothing is known to clamp against, and the claim stands if it is positive.
    """
    if reference_ms <= 0:
        return max(claimed_ms, 0)
    return min(max(claimed_ms, reference_ms), reference_ms + MAX_LEAD_MS)


def is_doubtful(claimed_ms: int, effective_ms: int) -> bool:
    """Whether a claimed time was clamped by so much that people should be told.

    Clocks of honest laptops differ by seconds to hours; a day is no longer that.
    """
    return abs(claimed_ms - effective_ms) > _DOUBT_MS
