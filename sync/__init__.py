"""Keys, batches and the merge of changes between laptops, in plain Python.

Nothing here knows of the desktop program: what is agreed between replicas must not depend on
the version of the screens above it.
"""
