"""Keeping a roster fresh, and remembering. Imports feishu, the roster, engine, errors,
files, forks.

Reading order: live_roster (the face), keeper (one fetch: let be known, remembered),
pace (when the next is), beat (the thread that waits for it), length (how long, as
settings say it); events (who goes on and off, and why), tape (what was known from
when on), watch (who reads it). For the memory: store (a snapshot, and what a memory
of them is asked), memory (one that may fail), record (agents as texts), schema,
sqlite_file and sqlite_store (a memory on the disk), history (who was on duty by what
was known, what changed).
"""
