"""When and how crawls run."""
