"""Taking over a centre's books: line by line judged, chunk by chunk booked, each line exactly once."""
