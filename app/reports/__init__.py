"""Documents and sheets for people outside Kipu: data in, bytes out, nothing on the disk."""
