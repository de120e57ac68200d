"""Federations, unions and branches: who belongs where, and to whom each answers.

Start with ``models.Unit``; ``queries`` walks the tree, ``actions`` changes it.
"""
