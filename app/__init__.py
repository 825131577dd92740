"""The desktop client: the domain, the survey engine, the documents, the windows and the verbs.

Each folder is one room with one purpose; ``tests/test_architecture.py`` says who may enter which.
"""

from __future__ import annotations
