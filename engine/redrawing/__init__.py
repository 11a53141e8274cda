"""Redrawing a procedure on the site: its draft, its steps, what changes, and publishing it."""
