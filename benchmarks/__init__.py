"""Every claim about speed is a program. ``python -m benchmarks`` runs each module here that has a ``measure``.

    def measure(quick: bool = False) -> list[Row]

``quick`` asks for the tiniest sizes that still run every line, in a few seconds: its figures mean nothing. A new
program is a new file, and nothing else has to change.
"""
