"""The outside world for tests and demonstrations: bank, text messages, registers."""
