"""The sentences of the witness, in Chinese and English: each says what is the matter and what to do about it."""

from __future__ import annotations

import os

_SHOW = (
    "请把这个文件夹原样交给上级工会和经费审查委员会，并告诉本次投票的监票人：{folder}",
    "Show this folder, as it is, to the superior union and to the audit committee, and tell the scrutineers: {folder}",
)

TEXTS = {
    "receipt_kept": (
        "离线凭证已存到 {file}。里面看不出您选了什么；用 pingjia verify-receipt 随时可以核对。",
        "The offline proof is in {file}. It does not say how you voted; check it any time with pingjia verify-receipt.",
    ),
    "receipt_good": (
        "这张票在箱 {number}（{title}）里，已随封箱单写进公开日志。回执码后半：{code}；见证人：{witnesses}",
        "This ballot is in the box {number} ({title}), whose closing stands in the public log. Second half of the "
        "receipt's code: {code}; witnesses: {witnesses}",
    ),
    "receipt_bad": ("这份凭证不成立，请告诉监票人：{why}", "This proof does not hold; tell the scrutineers: {why}"),
    "receipt_absent": (
        "票箱 {number} 里没有这张回执的票。请带着回执告诉监票人：这是票箱的过失。",
        "The ballot of this receipt is not in the box {number}. Tell the scrutineers and show the receipt: the box is "
        "at fault.",
    ),
    "receipt_unreadable": (
        "回执、凭证或公布的文件读不懂：{why}",
        "The receipt, proof or a published file is unreadable: {why}",
    ),
    "pages_good": (
        "{count} 个文件都和公开日志里的指纹一致（{where}）。网页指纹：{digest}",
        "All {count} files have the hashes that stand in the public log ({where}). Fingerprint: {digest}",
    ),
    "pages_unchecked": (
        "{count} 个文件都和日志里的指纹一致（{where}），但日志的公钥是这个网站自己给的：请用 --trust 给出您信任的 "
        "trust.json，或者拿网页指纹和纸上的比一比：{digest}",
        "All {count} files have the hashes of the log ({where}), but the log's key came from the site itself: "
        "give a trust.json of your own with --trust, or compare the fingerprint with that on paper: {digest}",
    ),
    "pages_other": (
        "网站现在给出的文件和它公布的指纹不一样，不要在这里投票，请告诉监票人：{paths}",
        "The site serves other bytes than it lists. Do not vote here, and tell the scrutineers: {paths}",
    ),
    "pages_unlogged": (
        "这份网页清单不在信任的公开日志里，或者见证人不够。不要在这里投票，请告诉监票人。网页指纹：{digest}",
        "This list of pages stands in no trusted public log, or has too few witnesses. Do not vote here, and tell the "
        "scrutineers. Fingerprint: {digest}",
    ),
    "pages_unreadable": (
        "网页清单或 trust.json 读不懂：{why}",
        "The list of pages or trust.json cannot be read: {why}",
    ),
    "key": (
        "见证人钥匙已做好。请把下面这一行公钥交给公开日志的管理人登记；witness.key 只留在本机，不要给任何人。",
        "The witness key is ready. Give the public key below to whoever registers witnesses for the log; "
        "witness.key stays on this machine and is for nobody else.",
    ),
    "follows": (
        "从现在起见证日志 {origin}（{source}）。",
        "From now on this witness follows the log {origin} ({source}).",
    ),
    "cosigned": ("{origin}：共 {size} 条，只增不改，已签字。", "{origin}: {size} entries, nothing changed, cosigned."),
    "cosigned_delivered": (
        "{origin}：共 {size} 条，只增不改，已签字并送达 {where}。",
        "{origin}: {size} entries, nothing changed, cosigned and handed over at {where}.",
    ),
    "same": ("{origin}：共 {size} 条，没有变化，先前已签字。", "{origin}: {size} entries as before, already cosigned."),
    "same_delivered": (
        "{origin}：共 {size} 条，没有变化，先前签的字已再次送达 {where}。",
        "{origin}: {size} entries as before; the cosignature was handed over again at {where}.",
    ),
    "split": (
        "日志 {origin} 给不同的人看不同的账，两份检查点都有它自己的签名。没有签字。" + _SHOW[0],
        "The log {origin} shows different people different books, and signed both. Nothing was cosigned. " + _SHOW[1],
    ),
    "shrunken": (
        "日志 {origin} 变短了：以前签过名的条目不见了。没有签字。" + _SHOW[0],
        "The log {origin} has become shorter: entries that it had signed are gone. Nothing was cosigned. " + _SHOW[1],
    ),
    "evidence_stands": (
        "日志 {origin} 的证据还没有人处理，不再为它签字。处理完以后把文件夹移走，才会继续。" + _SHOW[0],
        "Nobody has dealt with the evidence against the log {origin} yet, so it is cosigned no more; move the folder "
        "away once somebody has. " + _SHOW[1],
    ),
    "unfit": (
        "日志 {origin} 的文件和它签名的检查点合不上，没有签字。请稍后再试；总是这样，就请日志的管理人修复文件。",
        "The files of the log {origin} do not fit the checkpoint it signed, so nothing was cosigned. Try again later; "
        "if it stays so, ask whoever runs the log to repair its files.",
    ),
    "unsigned": (
        "{origin} 的检查点不是这本日志签的，没有签字（{why}）。请核对地址和日志公钥。",
        "The checkpoint of {origin} is not signed by this log, so nothing was cosigned ({why}). Check the address and "
        "the log's public key.",
    ),
    "unreachable": (
        "读不到 {where}（{why}）。请检查网络和地址。",
        "Cannot read {where} ({why}). Check the network and the address.",
    ),
    "refused": ("{where} 不接受：{why}。", "{where} declines: {why}."),
    "too_big": ("{where} 大得不像日志的文件，没有读完。", "{where} is too big for a file of a log and was not read."),
    "busy": (
        "另一个见证程序正在用文件夹 {folder}。请等它结束，或者停掉它。",
        "Another witness program is using the folder {folder}. Wait for it to end, or stop it.",
    ),
    "key_exists": (
        "文件夹 {folder} 里已经有名为 {name} 的钥匙。换名字请用新的文件夹。",
        "The folder {folder} already holds a key named {name}. Use a new folder for another name.",
    ),
    "bad_name": (
        "“{name}”不能作见证人的名字：不能为空，不能有空格和加号。例如 audit.example.org/w1。",
        "“{name}” cannot name a witness: no spaces, no plus sign, not empty. For example audit.example.org/w1.",
    ),
    "no_key": (
        "文件夹 {folder} 里还没有见证人钥匙。请先运行 pingjia witness {folder} --new 名字。",
        "There is no witness key in the folder {folder} yet. First run: pingjia witness {folder} --new NAME",
    ),
    "nothing_followed": (
        "还没有要见证的日志。请运行 pingjia witness {folder} --follow 日志公钥 网址或文件夹。",
        "No log is followed yet. Run: pingjia witness {folder} --follow VKEY URL|FOLDER",
    ),
    "bad_vkey": ("“{vkey}”不是日志的公钥（vkey）。", "“{vkey}” is not the public key (vkey) of a log."),
    "other_key": (
        "日志 {origin} 登记过另一把公钥。日志不换钥匙；请先弄清为什么，再用新的文件夹。",
        "The log {origin} has another key here. No log changes its key: find out why; then use a new folder.",
    ),
    "bad_file": (
        "文件 {file} 读不懂或被改过，没有它就不能担保“只增不改”。请查明原因；补不回来就换文件夹和钥匙重新登记。",
        "The file {file} cannot be read, or was changed, and nothing is vouched for without it. Find out why; if it "
        "cannot be put right, register again with a new folder, name and key.",
    ),
}


def english() -> bool:
    """Say whether the terminal's locale is English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return locale.startswith("en")


def sentence(name: str, /, **facts: object) -> str:
    """Return a sentence in the terminal's language (Chinese unless the locale says English)."""
    return TEXTS[name][int(english())].format(**facts)
