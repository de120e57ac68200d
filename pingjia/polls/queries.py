"""Reads with more than one caller: turnout in steps, custody counts, what is missing, a member's own proof."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.core.ballot.roll import roll_root
from pingjia.core.tlog.merkle import inclusion_proof
from pingjia.polls import outcome, sealing, slipcount, witnessing
from pingjia.polls.bundles import bundle
from pingjia.polls.issuance_list import Own
from pingjia.polls.models import Medium, Opening, Poll, RollEntry, Scrutineer, SlipCount, State
from pingjia.polls.prepare import commitment

__all__ = ["bundle", "custody", "issuance_proof", "roll_proof", "turnout_step", "what_is_missing"]

TURNOUT_SECONDS = 15 * 60


def turnout_step(poll: Poll) -> int:
    """Return how many percent drew a ballot: floored to tens, at most 90 ("≥ 90 %"), renewed every 15 minutes.

    Fine steps at a fine pace would tell who came when.
    """
    return int(cache.get_or_set(f"turnout/{poll.poll_id}", lambda: _turnout(poll), TURNOUT_SECONDS) or 0)


def _turnout(poll: Poll) -> int:
    size = poll.roll.count()
    return min(90, 100 * poll.issuances.count() // size // 10 * 10) if size else 0


def _invited(poll: Poll) -> int:
    """Return how many slips are out: printed, less surplus that was destroyed. Without slips the log-in invites all."""
    count = SlipCount.objects.filter(poll=poll).exclude(confirmed_by="").first()
    by_hand = poll.slips.by_hand().exists()
    destroyed = (count.left or 0) + count.missing if count and by_hand else 0  # sealed ones carry it in their state
    slips = poll.slips.exclude(state__in=["surplus", "stock"]).count() - destroyed
    return slips or poll.roll.exclude(medium="paper").count()


def custody(opening: Opening) -> dict[str, int]:
    """Return the counts printed with every result: roll_size, invited, issued, paper, returned, invalid, valid."""
    boxes = opening.boxes.select_related("poll")
    polls = [box.poll for box in boxes]
    return {
        "roll_size": RollEntry.objects.filter(poll__in=polls).count(),
        "invited": sum(_invited(poll) for poll in polls),
        "issued": opening.issued,
        "paper": boxes.aggregate(total=Sum("paper"))["total"] or 0,
        "returned": opening.returned,
        "invalid": opening.invalid,
        "valid": opening.valid,
    }


def what_is_missing(poll: Poll) -> list[tuple[str, str]]:
    """Return everything that keeps the poll from its next step, as (sentence, name of the page that settles it)."""
    if poll.medium == Medium.PAPER:
        return _missing_on_paper(poll)
    ways = {State.DRAFT: _missing_roll, State.ROLLED: _missing_seal, State.SEALED: _missing_opening}
    ways |= {State.OPEN: _missing_close, State.CLOSED: _missing_count, State.DECLARED: _missing_final}
    ways |= {State.CHALLENGED: _missing_final}
    way = ways.get(State(poll.state))
    return way(poll) if way else []


def _missing_roll(poll: Poll) -> list[tuple[str, str]]:
    return [(_("还没有冻结名册。"), "roll")]


def _missing_on_paper(poll: Poll) -> list[tuple[str, str]]:
    if poll.state == State.DRAFT:
        return _missing_roll(poll)
    if poll.state == State.ROLLED:
        entered = hasattr(poll, "hand_count")
        return [(_("等第二个人核对人工计票。") if entered else _("还没有录入人工计票。"), "handcount")]
    return _missing_final(poll) if poll.state in (State.DECLARED, State.CHALLENGED) else []


def _missing_seal(poll: Poll) -> list[tuple[str, str]]:
    lead = poll.ceremony
    seats: list[Scrutineer] = list(lead.scrutineers.all())
    if not seats:
        return [(_("还没有邀请监票人。"), "scrutineers")]
    found = [(_("%s 还没有领卡。") % seat.name, "scrutineers") for seat in seats if not seat.key]
    if found:
        return found
    late = [one for one in [lead, *lead.followers.all()] if one.state == State.DRAFT]
    found = [(_("%s 还没有冻结名册。") % one.unit.name, "roll") for one in late]
    if not lead.keyset_hash:
        return [*found, (_("总监票人还没有封箱。"), "scrutineers")]
    waiting = [seat for seat in seats if not seat.acceptance]
    return [*found, *((_("%s 还没有验钥匙并签字。") % seat.name, "scrutineers") for seat in waiting)]


def _missing_opening(poll: Poll) -> list[tuple[str, str]]:
    found = [(sentence, "open") for sentence in sealing.opening_blockers(poll)]
    if not poll.slips.exists():
        found.append((_("还没有打印领票条；没有登录账号的会员要凭领票条领票。"), "slips"))
    return found


def _missing_close(poll: Poll) -> list[tuple[str, str]]:
    early = not poll.practice and poll.closes_at > timezone.now()
    found = [(_("还没到最早结束时间。"), "close")] if early else []
    return [*found, *((sentence, "surplus") for sentence in slipcount.unaccounted(poll))]


def _missing_count(poll: Poll) -> list[tuple[str, str]]:
    opening = Opening.objects.filter(boxes__poll=poll, boxes__kind="ballot").first()
    if opening is None:
        group = [poll.ceremony, *poll.ceremony.followers.select_related("unit")] if poll.pool else []
        late = [one for one in group if one.state == State.OPEN]
        if late:
            return [(_("合并计票，还要等 %s 停止投票。") % one.unit.name, "hall") for one in late]
        return [(_("停止投票没有做完，请再按一次“停止投票”。"), "close")]
    found = []
    if (state := witnessing.of_closings(list(opening.boxes.select_related("poll")))).lacking:
        found.append((witnessing.sentence(state), "hall"))
    signed = set(opening.signatures.values_list("scrutineer_id", flat=True))
    seats = poll.ceremony.scrutineers.all()
    left = poll.ceremony.scrutineers_needed - len(signed)
    names = _("、").join(seat.name for seat in seats if seat.pk not in signed)
    if left > 0:
        found.append((_("还差 %(n)s 位监票人开箱并签字（%(names)s）。") % {"n": left, "names": names}, "hall"))
    return found


def _missing_final(poll: Poll) -> list[tuple[str, str]]:
    return [(sentence, "finalise") for sentence in outcome.finalise_blockers(poll)]


def roll_proof(entry: RollEntry) -> dict[str, str]:
    """Return the printed proof that the member's own line is in the frozen roll: words and hex (reads every leaf)."""
    leaves = sorted(bytes.fromhex(leaf) for leaf in entry.poll.roll.values_list("leaf", flat=True))
    index = leaves.index(bytes.fromhex(entry.leaf))
    text = _("已随定案销毁：从此谁也不能拿这一行去证明您在名册上。")
    if entry.salt is not None:
        facts = (entry.no, entry.name, entry.branch, entry.category, entry.poll.unit.code)
        text = commitment(*facts, bytes(entry.salt)).to_bytes().hex()
    return {
        _("这一行的原文（含盐）"): text,
        _("排在第几行"): f"{index + 1} / {len(leaves)}",
        _("证明路径"): " ".join(one.hex() for one in inclusion_proof(leaves, index)),
        _("名册的根"): roll_root(leaves).hex(),
    }


def issuance_proof(own: Own) -> dict[str, str]:
    """Return the printed proof that the member's own draw is in what the issuer logged: words and hex."""
    return {
        _("您的领票记录（名册指纹和信封的指纹）"): own.entry.hex(),
        _("排在第几行"): f"{own.index + 1} / {own.size}",
        _("证明路径"): " ".join(one.hex() for one in own.path),
        _("公开日志里的领票根"): own.committed.statement.root.hex(),
    }
