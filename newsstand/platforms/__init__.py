"""Invented sites on the platforms that trade outlets run on, served over loopback."""

from newsstand.platforms.site import Platform, Served, Site, serve

__all__ = ["Platform", "Served", "Site", "serve"]
