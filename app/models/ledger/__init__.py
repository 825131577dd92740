"""The ledger: the one door through which data changes, here or arriving from elsewhere.

`Ledger` writes transactions of this laptop, seals them into batches, and applies batches of others;
records, their tables and the search index are projections it keeps up to date in the same database
transaction. State is a function of (batches, roster) alone (sync rule 12).
"""

from app.models.ledger.ledger import Ledger
from app.models.ledger.registers import RecordKey, Touched

__all__ = ["Ledger", "RecordKey", "Touched"]
