"""What the operator sees in a browser: status, health, metrics. It only reads."""
