"""loan: loan contracts and what has been repaid on them."""
