"""The cellar: pure Python without Django, clock, disk, network or words for a screen.

Start with ``core.ballot`` (the secret ballot), then ``core.tlog`` (the public log) and ``core.verify`` (the outsider).
"""
