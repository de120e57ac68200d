/** Receipts (docs/spec/ballot.md, "Record"): the box signs that it took a leaf. A receipt says nothing about the choice. */
import { concat, Reader, refuse, u8, type Bytes } from "./bytes.ts";
import { boxNumber } from "./crockford.ts";
import { RECEIPT } from "./labels.ts";
import { verify } from "./signing.ts";

/** 128 bytes: what the QR of a receipt holds. */
export interface Receipt {
  readonly boxHash: Bytes;
  readonly leaf: Bytes;
  readonly signature: Bytes;
}

/** Status of an answer to a drop. */
export const DROP = {
  accepted: 0,
  notOpen: 1,
  closed: 2,
  malformed: 3,
  token: 4,
  signature: 5,
  seq: 6,
  busy: 7,
} as const;

export const ANSWER_LENGTH = 128;

export function receiptHolds(boxKey: Bytes, receipt: Receipt): boolean {
  return verify(boxKey, receipt.signature, concat(RECEIPT, receipt.boxHash, receipt.leaf));
}

export function receiptBytes(receipt: Receipt): Bytes {
  return concat(receipt.boxHash, receipt.leaf, receipt.signature);
}

export function parseReceipt(raw: Bytes): Receipt {
  const reader = new Reader(raw);
  const receipt = { boxHash: reader.take(32), leaf: reader.take(32), signature: reader.take(64) };
  reader.end();
  return receipt;
}

/** 回执码: 箱号 and the first 80 bits of the leaf. */
export function receiptCode(receipt: Pick<Receipt, "boxHash" | "leaf">): string {
  return `${boxNumber(receipt.boxHash)} ${boxNumber(receipt.leaf)}`;
}

/**
 * The answer of the box, 128 bytes: u8 status ‖ receipt(64) or zeros ‖ zeros. Refused if it is not of that form, or accepts
 * without a receipt that holds.
 */
export function readAnswer(boxKey: Bytes, boxHash: Bytes, leaf: Bytes, answer: Bytes): { status: number; receipt: Receipt | null } {
  refuse(answer.length === ANSWER_LENGTH, "wrong length");
  const status = answer[0] as number;
  refuse(status <= DROP.busy, "unknown status");
  refuse(answer.slice(status === DROP.accepted ? 65 : 1).every((byte) => byte === 0), "bytes where zeros belong");
  if (status !== DROP.accepted) return { status, receipt: null };
  const receipt = { boxHash, leaf, signature: answer.slice(1, 65) };
  refuse(receiptHolds(boxKey, receipt), "the receipt does not hold");
  return { status, receipt };
}

/** The answer of a box that is played in a test or a stand-in. */
export function answerBytes(status: number, signature?: Bytes): Bytes {
  const out = new Uint8Array(ANSWER_LENGTH);
  out.set(u8(status));
  if (signature) out.set(signature, 1);
  return out;
}
