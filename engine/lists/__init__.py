"""Trays and lists of cases: narrowed, counted, page by page."""
