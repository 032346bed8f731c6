"""The rules of the direct withdrawals: pure functions of a case, each with its explanation."""
