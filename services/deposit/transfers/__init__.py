"""Inbound transfer (异地转入, manual 6.4): the fund of another centre follows its depositor here."""
