"""``python -m benchmarks.load.stage FOLDER PAIRS``: one open poll on the databases of the environment, and its members.

Writes ``pairs.bin`` (for each member: the request that draws, the blind signature that must come back, the record that
is dropped) and ``stage.json`` (their lengths and the box). Bodies are noise: what they prove is looked at at the close.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (after Django is set up)

from pingjia.core.ballot import head, signing, token  # noqa: E402
from pingjia.core.ballot.issuance import DrawRequest  # noqa: E402
from pingjia.people.models import Member  # noqa: E402
from pingjia.polls import prepare, rehearsal, sealing  # noqa: E402
from pingjia.polls.issue import signer  # noqa: E402
from pingjia.polls.rehearsal import Papers  # noqa: E402
from pingjia.polls.tests import cast  # noqa: E402


def main(folder: Path, pairs: int) -> None:
    """Set up and write."""
    for name in ("default", "box"):
        call_command("migrate", database=name, verbosity=0)
    town = cast.found_town(1)
    Member.objects.bulk_create(Member(unit=town.mill, no=f"{n:06}", name=f"会员{n}") for n in range(1, pairs))
    poll = cast.draft(town)
    prepare.freeze_roll(poll, by=town.officer)
    rehearsal.play_sealing(cast.invited(town, poll))
    poll.refresh_from_db()
    codes = [code for _entry, code in prepare.print_named_slips(poll, by=town.officer)]
    sealing.open_poll(poll, by=town.officer)
    papers = Papers.of(poll)
    box, issuer = papers.boxes[0], signer(poll, 0)
    size = head.body_length(box, papers.slate)
    with (folder / "pairs.bin").open("wb") as out:
        for code in codes:
            seed = secrets.token_bytes(32)
            text = token.message(box.hash, signing.public(seed))
            blinded, inverse = token.blind(issuer.n, text)
            signature = issuer.sign(blinded)
            mark = token.finalize(issuer.n, text, signature, inverse)
            record = head.make(box.hash, 1, seed, secrets.token_bytes(size), [mark])
            out.write(DrawRequest(code, papers.poll_hash, (blinded,)).to_bytes() + signature + record)
    facts = {
        "box": box.hash.hex(),
        "box_key": box.box_key.hex(),
        "head": head.head_length(box),
        "request": 65 + box.k,
        "signature": box.k,
        "record": head.head_length(box) + size,
    }
    (folder / "stage.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
