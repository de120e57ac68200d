/** A receipt as people keep it: a QR, a short code for the eye, a text file, a printed page. It says nothing of the choice. */
import { fromBase64Url, fromHex, refuse, toBase64Url } from "../core/bytes.ts";
import { parseReceipt, receiptBytes, receiptCode, type Receipt } from "../core/receipt.ts";
import { h } from "./dom.ts";
import { qrPicture } from "./qr.ts";
import type { Taken } from "./rows.ts";
import { t } from "./words.ts";

export function receiptOf(box: string, taken: Taken): Receipt {
  return { boxHash: fromHex(box), leaf: fromHex(taken.leaf), signature: fromHex(taken.receipt) };
}

/** What the QR holds: 128 bytes as base64url, 171 letters. */
export function receiptText(receipt: Receipt): string {
  return toBase64Url(receiptBytes(receipt));
}

/** The receipt inside whatever was pasted or read from a file; Refused if there is none. */
export function findReceipt(text: string): Receipt {
  const found = /(?:^|[^A-Za-z0-9_-])([A-Za-z0-9_-]{171})(?![A-Za-z0-9_-])/.exec(text.replace(/([A-Za-z0-9_-])[\r\n]+(?=[A-Za-z0-9_-])/g, "$1"));
  const plain = /(?:^|[^A-Za-z0-9_-])([A-Za-z0-9_-]{171})(?![A-Za-z0-9_-])/.exec(text) ?? found;
  refuse(plain !== null, "no receipt");
  return parseReceipt(fromBase64Url(plain[1] as string));
}

export function receiptPicture(receipt: Receipt): HTMLElement {
  return qrPicture(receiptText(receipt), t("回执二维码"));
}

/** 回执码 in two lines: the box's number, and the ballot's. */
export function receiptCodeLines(receipt: Pick<Receipt, "boxHash" | "leaf">): HTMLElement {
  const [box, leaf] = receiptCode(receipt).split(" ");
  return h("p", { class: "mono" }, h("span", { class: "nowrap" }, box), " ", h("span", { class: "nowrap" }, leaf));
}

export function saveReceipt(receipt: Receipt, title: string): void {
  const lines = [
    t("评家 回执"),
    title,
    `${t("回执码")} ${receiptCode(receipt)}`,
    "",
    receiptText(receipt),
    "",
    t("这张回执不说明您选了什么。投票截止后，可在 {place} 查票。", { place: `${location.origin}/check` }),
  ];
  saveText(lines.join("\r\n"), `receipt-${receiptCode(receipt).slice(-9)}.txt`);
}

export function saveText(text: string, name: string): void {
  const link = h("a", { href: `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

