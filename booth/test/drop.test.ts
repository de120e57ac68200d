import { describe, expect, it } from "vitest";
import { bodyLength } from "../src/core/body.ts";
import { concat, toHex, type Bytes } from "../src/core/bytes.ts";
import { BadHead, bodyFits, headLength, makeHead, parseHead, signatureHolds, tokensHold } from "../src/core/head.ts";
import * as issuance from "../src/core/issuance.ts";
import { leafHash } from "../src/core/merkle.ts";
import { parseBoxManifest, parseSlate } from "../src/core/objects.ts";
import { parseReceipt, readAnswer, receiptBytes, receiptCode, receiptHolds } from "../src/core/receipt.ts";
import { rollLeaf, rollRoot } from "../src/core/roll.ts";
import { hex, named, refusal, text, vectors } from "./vectors.ts";

/** Status that a box answers to a record, as the vectors state it; 0 when every check holds. */
function judge(box: string, slate: string, record: Bytes): number {
  const manifest = parseBoxManifest(text(box));
  const split = headLength(manifest);
  if (record.length !== split + bodyLength(parseSlate(text(slate)).gradeCounts)) return 3;
  try {
    const head = parseHead(manifest, record.slice(0, split));
    if (!bodyFits(head, record.slice(split))) return 3;
    if (!tokensHold(manifest, head)) return 4;
    return signatureHolds(manifest, head) ? 0 : 5;
  } catch (error) {
    if (error instanceof BadHead) return error.status;
    throw error;
  }
}

describe("heads", () => {
  const cases = vectors("head");

  it("are read as they were written", () => {
    for (const c of cases.good) {
      const box = parseBoxManifest(text(c.box));
      const head = parseHead(box, hex(c.record).slice(0, headLength(box)));
      expect([head.seq, toHex(head.pk), toHex(head.bodyHash), toHex(head.leaf)]).toEqual([c.seq, c.pk, c.body_hash, c.leaf]);
      expect(head.tokens.map(toHex)).toEqual(c.tokens);
      expect(judge(c.box, c.slate, hex(c.record))).toBe(0);
    }
  });

  it.each(named(cases.bad, "why"))("are refused with the box's status: %s", (_, c) => {
    expect(judge(c.box, c.slate, hex(c.record))).toBe(c.status);
  });

  it("are not made with a seq or a number of tokens that no box takes", () => {
    const box = parseBoxManifest(text(cases.good[0].box));
    const seed = new Uint8Array(32);
    expect(() => makeHead(box, seed, 10, [new Uint8Array(256)], seed)).toThrow();
    expect(() => makeHead(box, seed, 1, [], seed)).toThrow();
  });
});

describe("receipts", () => {
  const cases = vectors("receipt");

  it("hold, in every form a person meets", () => {
    for (const c of cases.good) {
      const receipt = { boxHash: hex(c.box_hash), leaf: hex(c.leaf), signature: hex(c.receipt) };
      expect(receiptHolds(hex(c.box_key), receipt)).toBe(true);
      expect(toHex(receiptBytes(receipt))).toBe(c.qr);
      expect(parseReceipt(hex(c.qr))).toEqual(receipt);
      expect(receiptCode(receipt)).toBe(c.code);
      expect(readAnswer(hex(c.box_key), receipt.boxHash, receipt.leaf, hex(c.answer))).toEqual({ status: 0, receipt });
    }
  });

  it("do not hold for another box, key or leaf", () => {
    for (const c of cases.bad) {
      const receipt = { boxHash: hex(c.box_hash), leaf: hex(c.leaf), signature: hex(c.receipt) };
      expect(receiptHolds(hex(c.box_key), receipt), c.why).toBe(false);
    }
  });

  it("come with 'accepted' only; any other shape of answer is refused", () => {
    const { box_key, box_hash, leaf, answer } = cases.good[0];
    const read = (raw: Bytes) => readAnswer(hex(box_key), hex(box_hash), hex(leaf), raw);
    const statuses = Object.values(cases.refusals).map((raw) => read(hex(raw as string)).status);
    expect([...statuses].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const good = hex(answer);
    const changes: [number, number][] = [[0, 1], [0, 8], [1, good[1]! ^ 1], [127, 1]];
    for (const [at, byte] of changes) {
      const changed = good.slice();
      changed[at] = byte;
      expect(refusal(() => read(changed)), `byte ${at}`).not.toBe("");
    }
    expect(refusal(() => read(good.slice(1)))).not.toBe("");
    expect(refusal(() => read(new Uint8Array(128)))).not.toBe("");
  });
});

describe("drawing", () => {
  const c = vectors("issuance");

  it("asks as the issuer reads", () => {
    for (const one of c.requests) {
      expect(toHex(issuance.drawRequest(one.code, hex(c.poll_hash), one.blinded.map((b: string) => hex(b))))).toBe(one.raw);
    }
  });

  it("reads what was granted, and every refusal with its signature", () => {
    const granted = issuance.readDrawAnswer(hex(c.granted.answer), c.k, c.boxes);
    expect([granted.status, granted.blindSignatures.map(toHex)]).toEqual([0, c.granted.signatures]);
    for (const one of c.refusals) {
      const answer = issuance.readDrawAnswer(hex(one.answer), c.k, c.boxes);
      expect([answer.blindSignatures, toHex(answer.refusal)]).toEqual([[], one.refusal]);
      const no = issuance.readRefusal(hex(c.id_key), answer.refusal);
      expect([no.reason, toHex(no.box), toHex(no.rollLeaf)]).toEqual([one.reason, c.box, c.roll_leaf]);
      const forged = answer.refusal.slice();
      forged[20] = forged[20]! ^ 1;
      expect(refusal(() => issuance.readRefusal(hex(c.id_key), forged))).toMatch(/BadDraw/);
    }
    expect(issuance.readDrawAnswer(hex(c.unsigned.busy), c.k, c.boxes).status).toBe(issuance.ISSUE.busy);
    expect(refusal(() => issuance.readRefusal(hex(c.id_key), new Uint8Array(0)))).toMatch(/BadDraw/);
  });

  it.each(named(c.bad_answers, "why"))("refuses an answer: %s", (_, b) => {
    expect(refusal(() => issuance.readDrawAnswer(hex(b.answer), c.k, c.boxes))).toMatch(/BadDraw/);
  });

  it("is stated at the close by number and root", () => {
    expect(c.entries.map((e: string) => toHex(leafHash(hex(e))))).toEqual(c.entry_leaves);
    const [signed] = issuance.readStatements(text(c.issuance_json));
    expect(toHex(issuance.issuanceRoot(c.entries.map((e: string) => hex(e))))).toBe(c.statement.root);
    expect(toHex(signed!.statement.root)).toBe(c.statement.root);
    expect(issuance.statementHolds(hex(c.id_key), signed!)).toBe(true);
    const more = { ...signed!, statement: { ...signed!.statement, issued: 4 } };
    expect(issuance.statementHolds(hex(c.id_key), more)).toBe(false);
  });

  it("leaves an entry that hides the blinded message behind its hash", () => {
    const [leaf, blinded] = [new Uint8Array(32).fill(1), new Uint8Array(256).fill(2)];
    expect(issuance.entry(leaf, blinded)).toHaveLength(64);
    expect(toHex(issuance.entry(leaf, blinded).slice(0, 32))).toBe(toHex(leaf));
  });
});

describe("the roll", () => {
  const cases = vectors("roll");

  it("is committed to as in the vectors, whatever the order of its entries", () => {
    const leaves = cases.entries.map((e: any) => rollLeaf({ ...e, salt: hex(e.salt) }));
    expect(leaves.map(toHex)).toEqual(cases.entries.map((e: any) => e.leaf));
    for (const [n, root] of Object.entries(cases.roots)) {
      expect(toHex(rollRoot(leaves.slice(0, Number(n)).reverse()))).toBe(root);
    }
    expect(cases.entries.map((e: any) => toHex(leafHash(concat(hex(e.opening)))))).toEqual(cases.entries.map((e: any) => e.leaf));
  });
});
