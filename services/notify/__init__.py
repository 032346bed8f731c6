"""notify: text messages, their codes and their limits."""
