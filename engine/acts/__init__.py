"""What people do to a case: each a turn, or nothing."""
