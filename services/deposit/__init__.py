"""deposit: fund accounts, the double-entry ledger, holds and bound cards."""
