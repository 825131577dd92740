"""The blind relay: sealed files over HTTP for laptops that share no folder.

It never holds a key that reads anything. From the clear, signed part of the roster, which lies in
its storage like every other file, it knows which devices there are and what each may read or add.
Nothing is kept in memory but caches, so several of these may stand side by side over one storage.
"""
