"""The textbook: nameko services as its documentation writes them: default settings, its own runner."""
