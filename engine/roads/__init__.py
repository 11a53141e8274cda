"""How long each road can take, against the limit."""
