"""What is being written and was not sent: drafts, files that were uploaded, a colleague’s help."""
