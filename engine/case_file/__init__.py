"""What one person may read of a case: what waits, the clocks, the history, who was told."""
