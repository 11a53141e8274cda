"""Documents that leave the house: PDFs that a screen reader reads, and councils' own Word forms."""
