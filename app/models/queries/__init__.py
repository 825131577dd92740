"""Named reads, paged where lists can grow; they change nothing."""
