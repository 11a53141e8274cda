"""The reports that the councils' texts ask for by name: made, kept, scheduled, written as files."""
