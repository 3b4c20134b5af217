"""Many agents: who is on duty, who is available, who is next. Imports the engine, errors.

Reading order: agent (one of them), diagnostic (what was odd in the payload),
answer (available, unavailable or unknown), roster (the whole desk).
"""
