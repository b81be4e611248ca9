"""Layouts shared by outlets on one platform, and the generic one."""
