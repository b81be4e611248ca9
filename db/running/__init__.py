"""How crawls run: runs, schedules, processes, the queue, what is usual and what is wrong."""
