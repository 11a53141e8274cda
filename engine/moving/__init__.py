"""Running cases brought to another version of their procedure: what fits, moved and moved back."""
