"""The yearly settlement of interest (年终结息): every open account, once, in batches."""
