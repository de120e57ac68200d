"""Every anonymous instrument of the house: a slate put to a frozen roll, once each, and what comes of it.

``models`` holds the poll and what surrounds it; ``prepare`` (slate, roll, slips), ``sealing``, ``issue`` (drawing a
ballot), ``closing``, ``opening`` and ``outcome`` are the verbs in the order of the day; ``booth_views`` answers the
nameless side.
"""
