"""The year's public log: what was announced, sealed, closed and opened, in an order that nobody can change afterwards.

Each federation has one log a year (and one for rehearsals). Start with ``actions`` (append, publish); ``tiles`` writes
the static files that are all an outsider needs; ``queries`` hands out proofs; ``core.tlog`` knows the formats.
"""
