"""Commands a person types: one module for each command or group of commands."""
