"""The site and the program `stepladder`, standing on the engine."""
