"""The survey engine beside its peers, ODK Web Forms' engine and JavaRosa, in one run.

Each engine is a process of its own that takes the same few commands (``engines``), so that all are
asked the same things in turn and none is measured with another's objects in its memory.
"""
