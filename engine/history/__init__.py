"""The append-only record: its entries, what vouches for them, and who looked."""
