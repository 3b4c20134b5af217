"""Many agents: who is on duty, who is available, who is next. Imports export, engine, errors.

Reading order: diagnostic (what was odd in a payload), agent (one of them), skills
(what a ticket needs), reasons and answer (available, unavailable or unknown), judge
(the rules), questions (what can be asked of an instant), coverage (of a window),
pictures (what can be seen), roster (the whole desk, which is all of these); beside them
index and dated_index (fast on duty), order, upcoming (what comes next), comparison
(what would be otherwise), messages and explain (for people), skill_names,
override_odds, diagnosis and doctor (are the zones right?).

Behind coverage: team (those who have a skill, ready to be counted), gaps, handoffs,
load (hours, nights, rest), week, shift_list, and columns for tables; behind pictures:
drawing and notebook.
"""
