"""Sync measured: beside its peers on the same rows, at the size of a country, and on a slow link."""
