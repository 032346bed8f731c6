"""What the `hall` command runs: installing, supervising, seeding, proving."""
