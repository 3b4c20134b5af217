"""Who can take this ticket? Helpdesk agents' weekly schedules as exact intervals of time."""
