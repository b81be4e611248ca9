"""One module an outlet: its facts, its sources, its layouts, its spider."""
