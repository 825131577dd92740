"""The places a project syncs with: what is remembered of each, how they are opened, and when."""
