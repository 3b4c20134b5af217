"""Many agents: who is on duty, who is available, who is next. Imports export, engine, errors.

Reading order: diagnostic (what was odd in a payload), agent (one of them), skills
(what a ticket needs), reasons and answer (available, unavailable or unknown), judge
(the rules), questions (what can be asked), roster (the whole desk); beside them
index and dated_index (fast on duty), order, upcoming (what comes next), comparison
(what would be otherwise), messages and explain (for people), skill_names,
override_odds, diagnosis and doctor (are the zones right?).
"""
