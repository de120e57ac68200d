/** A kept receipt (回执): 128 bytes, or a text in which they stand as base64url. */
import { equal, fromBase64Url, Refused, type Bytes } from "../core/bytes.ts";
import { parseReceipt, receiptHolds, type Receipt } from "../core/receipt.ts";
import type { Case } from "./case.ts";
import { CannotVerify } from "./failures.ts";

const PLACE = "receipt";
const QR_LENGTH = 128;

/** Finds the receipt in a file: the bytes of its QR code, or any text with those bytes; throws CannotVerify. */
export function findReceipt(raw: Bytes): Receipt {
  if (raw.length === QR_LENGTH) return parseReceipt(raw);
  const text = new TextDecoder().decode(raw);
  const found = /(?:^|[^A-Za-z0-9_-])([A-Za-z0-9_-]{171})(?![A-Za-z0-9_-])/.exec(text);
  if (found === null) throw new CannotVerify("receipt", "no receipt in the file");
  try {
    return parseReceipt(fromBase64Url(found[1] as string));
  } catch (error) {
    if (error instanceof Refused) throw new CannotVerify("receipt", error.message);
    throw error;
  }
}

/** Looks for the receipt's leaf in the box that signed it. */
export function checkReceipt(c: Case, kept: Receipt): void {
  const box = c.boxes.find(({ manifest }) => manifest !== null && equal(manifest.hash, kept.boxHash));
  if (box === undefined || box.manifest === null) {
    c.fail("receipt-other-box", PLACE, "reader");
    return;
  }
  if (!receiptHolds(box.manifest.boxKey, kept)) c.fail("receipt-signature", PLACE, "box");
  if (![...box.heads.values()].some((head) => equal(head.leaf, kept.leaf))) c.fail("receipt-absent", PLACE, "box");
}
