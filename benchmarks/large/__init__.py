"""An archive of any size that looks like one of ten years, and what it costs to ask it."""
