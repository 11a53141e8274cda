"""Diagrams: read, checked and run. The only user of SpiffWorkflow and lxml."""
