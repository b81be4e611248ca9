"""Erasures: what belongs to a thing that must go, how rows are blanked, which records have to go."""

from db.erasures import marks
from db.erasures.blanking import blank
from db.erasures.scope import Scope, Wish, addresses, find
from db.erasures.transaction import Noted

__all__ = ["Noted", "Scope", "Wish", "addresses", "blank", "find", "marks"]
