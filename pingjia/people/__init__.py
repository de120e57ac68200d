"""Users, members, seats, delegates; and ``guards.py``, where every view asks what this user may touch.

A ``User`` logs in; a ``Member`` stands in a union's roster; a ``Seat`` is a role of a user at a unit. One person may
be all three.
"""
