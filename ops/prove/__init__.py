"""`./hall prove`: citizens withdraw while processes are killed, and a checker counts afterwards."""
