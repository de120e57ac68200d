"""The outsider's verifier: everything that can be checked about a box from one file, offline, without asking anybody.

Start with ``verifier.verify``. ``bundle`` is the file, ``failures`` what can be wrong with it; each other module checks
one subject. A second verifier in TypeScript (``booth/src/verify``) mirrors these modules and gives the same findings.
"""
