"""Kipu measured beside floors and peers, in one run on one machine; see `python -m benchmarks`."""
