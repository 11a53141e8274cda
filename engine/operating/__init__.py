"""Looking after cases that cannot go on or went wrong, and setting them right by hand."""
