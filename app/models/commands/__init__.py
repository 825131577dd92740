"""Every way to change the data. Each command validates, writes through the ledger, and returns what
it touched (or the id it made); whatever is refused is a KipuError and changes nothing."""
