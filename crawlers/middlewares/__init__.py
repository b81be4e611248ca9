"""What stands between spider and network: robots, address guard, back-off."""
