"""Many agents: who is on duty, who is available, who is next. Imports the engine, errors.

Reading order: agent (one of them), answer (available, unavailable or unknown),
roster (the whole desk), diagnosis and doctor (whether its time zones are right).
"""
