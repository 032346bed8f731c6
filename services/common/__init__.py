"""What every service stands on: money, time, state tables, the ledger, the bus. Knows no service."""
