"""Contributions paid without an employer (自由职业者缴存): bills, their money, its booking or refund."""
