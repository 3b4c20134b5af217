"""Keeping a roster fresh, and remembering. Imports the roster, engine, errors.

Reading order for the memory: store (a snapshot, and what a memory of them is asked),
record (agents as texts), schema, sqlite_file and sqlite_store (a memory on the disk),
history (who was on duty by what was known, what changed).
"""
