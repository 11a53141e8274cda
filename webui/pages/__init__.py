"""The pages: a module with a blueprint, a template and a test of the same name for each."""
