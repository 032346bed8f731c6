"""The ledger: double entry, append only, in whole fen; balances stand beside the entries under a row lock."""
