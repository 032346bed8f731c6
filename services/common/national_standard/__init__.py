"""The national standard JGJ/T 320-2014: its books and code lists under our names, and nowhere else."""
