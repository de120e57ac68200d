"""``pingjia rehearse``: a hall of members on real client code against a real server, judged to the last ballot."""

from __future__ import annotations

import json
import subprocess
import sys

from pingjia.core.tests.scale import scaled


def test_a_hall_votes_on_real_client_code_and_every_receipt_has_its_ballot() -> None:
    members, browsers = scaled(12, 1000), scaled(3, 100)
    # Two answers in a hundred are lost on their way back: what is asked again gets the same answer.
    sizes = ["--members", str(members), "--browsers", str(browsers), "--lose", "20", "--json"]
    run = subprocess.run(
        [sys.executable, "-m", "pingjia", "rehearse", *sizes], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    report = json.loads(run.stdout.strip().splitlines()[-1])  # after the verifier's own
    assert report["wrong"] == report["errors"] == []
    assert report["lost"] > 0
    assert sum(report["retries"].values()) >= report["lost"]
    assert all(times["p99"] >= times["p50"] >= 0 for times in report["steps"].values())
