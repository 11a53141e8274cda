"""A case told as what happened in it: its path on the diagram, the time of each step, what was
expected and did not happen, and how it stood at any moment."""
