"""`./hall prove`: citizens withdraw while processes are killed, and a checker that trusts nobody counts after."""
