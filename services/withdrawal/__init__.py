"""withdrawal: bills that draw on a fund account."""
