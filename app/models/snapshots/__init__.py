"""A space of this store as the parts of a snapshot, and back (see sync.snapshots).

Signatures, chains and what authors had seen are checked batch by batch; that the rows say what the
batches say is `verify`'s to check.
"""

from app.models.snapshots.making import export, layout
from app.models.snapshots.pages import UnlikeItself
from app.models.snapshots.taking import laid_beside, may_take, take

__all__ = ["UnlikeItself", "export", "laid_beside", "layout", "may_take", "take"]
