"""One article at two addresses: how they are found, merged, and taken apart again."""
