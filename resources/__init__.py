"""Files that ship with Kipu: catalogues, icons, lists of places and words.

It is a package only so that a wheel, a checkout and a frozen bundle find them the same way, with
``importlib.resources.files("resources")``. It holds no code.
"""
