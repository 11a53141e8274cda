"""A child’s own file: what may be read of it and changed on it, siblings, the child’s voice."""
