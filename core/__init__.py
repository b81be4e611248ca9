"""What every layer stands on: settings, logs, clock, addresses, text, errors, records."""
