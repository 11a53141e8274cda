"""What a council must still answer of a procedure: its questions, and what officers accepted."""
