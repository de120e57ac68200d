"""Reading the tables people have: any spreadsheet or .csv, any Chinese encoding, hostile or merely awkward.

``reading.read`` turns a file into a ``Table`` in a limited process of its own, or raises ``Unreadable`` with one
clear sentence. ``columns`` finds the header line and who is who in it, ``mapping`` does so as its reader said;
``preview`` holds row errors with their remedy; ``workbooks`` writes templates and rejected rows; ``uploads`` keeps a
file between preview and confirmation.
"""
