"""What every test of this room shares."""

from pingjia.ballotbox.tests.awaiting import nobody_stays_on_the_line, on_postgresql  # noqa: F401 (a fixture)

# The fast path stands on PostgreSQL only; elsewhere there is nothing to prove about it, and nothing to skip.
collect_ignore_glob = [] if on_postgresql(True) else ["test_fast_*.py"]
