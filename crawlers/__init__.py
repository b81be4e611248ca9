"""From an outlet's page to an item; knows nothing of databases."""
