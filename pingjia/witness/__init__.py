"""The witness (见证人): a program of its own that looks at public logs from outside and cosigns only what kept growing.

It shares the pure core with the house and nothing else: no web framework, no database, no setting. Start at ``rounds``;
``folder`` is what it remembers, ``sources`` where it looks, ``words`` what it says.
"""
