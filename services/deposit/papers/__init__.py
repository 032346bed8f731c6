"""What deposit hands out that anybody can verify: slips on its bills here, statements in their own folder."""
