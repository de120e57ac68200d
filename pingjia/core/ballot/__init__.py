"""The secret ballot, suite ``pj2``: ciphertexts that are only ever opened as sums (``docs/spec/ballot.md``).

Start with ``objects`` (what a box is), ``body`` (what a ballot says, and its proof), ``head`` (who may drop it),
``closing`` and ``opening`` (how the box becomes a count).
"""
