"""Who did what, when: one line per public action, chained, never changed. Drawing and dropping a ballot write none.

Start with ``actions.record``.
"""
