"""Sealed ballots. This room knows no person and no unit, and has a database of its own.

Start with ``drop.py`` (the one way in) and ``close.py`` (the one way out). Only ``pingjia.polls`` may import this room.
"""
