"""The domain: what Kipu keeps, how it changes, how it is read. Free of Qt.

``fields`` and ``records`` declare the kinds of record; the vault, the store and the drafts keep
them; commands change them and queries read them.
"""
