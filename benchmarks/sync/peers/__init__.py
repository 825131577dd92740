"""Kipu and its peers: each file plays one program's laptops, all by the same few steps."""
