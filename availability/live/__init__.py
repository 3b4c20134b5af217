"""Keeping a roster fresh, and remembering. Imports nothing."""
