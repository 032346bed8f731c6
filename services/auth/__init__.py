"""auth: who a person is and what they may do."""
