"""From item to cleaned record to stored version."""
