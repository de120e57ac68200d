"""What comes in from small forms that stand in a page: the key of a line, one sentence, a number of a member."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pingjia.intake.preview import invisible
from pingjia.units.refusal import Refused


def key_of(request: HttpRequest, field: str = "number") -> int:
    """Return the key that a form names; 0, which no line has, for anything else."""
    text = request.POST.get(field, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0


def sentence(text: str, longest: int, missing: str) -> str:
    """Return one line of words, blanks drawn together; raise ``Refused`` for none, too many, or unseen characters."""
    words = " ".join(text.split())
    if not words:
        raise Refused(missing)
    if len(words) > longest:
        raise Refused(_("最多 %(n)d 个字，请写短一些。") % {"n": longest})
    if strange := invisible(words):
        raise Refused(_("含有看不见的字符 %(code)s。") % {"code": strange})
    return words
