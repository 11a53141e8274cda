"""The transaction in which a case moves, and what happens in it."""
