"""The morning’s digest: what it says, and its text."""
