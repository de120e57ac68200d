/**
 * Every decoder of the browser by properties, from a seeded generator: round trip; anything else is refused as Refused, or is the
 * only form of what it says; a long input comes to an end. What both languages must say alike is asked from the other side.
 */
import { describe, expect, it } from "vitest";
import { readEntry } from "../src/app/fragment.ts";
import { boxState } from "../src/app/pollfiles.ts";
import { findReceipt, receiptText } from "../src/app/receipts.ts";
import { parseTrust } from "../src/app/trust.ts";
import { concat, fromHex, Refused, toBase64Url, toHex, utf8, type Bytes } from "../src/core/bytes.ts";
import { dumps, loads } from "../src/core/canonical.ts";
import * as hpke from "../src/core/hpke.ts";
import { parseReceipt, readAnswer } from "../src/core/receipt.ts";
import { DECODERS, type Around } from "../src/corpus/decoders.ts";
import { CannotVerify } from "../src/verify/failures.ts";
import { vectors } from "./vectors.ts";

const ROUNDS = Number(process.env.PINGJIA_PROOF === "1" ? 20_000 : 120);
const COSTLY: Record<string, number> = { body: 0.05, partials: 0.1, keyset: 0.2 };

/** A stream of numbers 0 … n − 1, the same in every run (mulberry32). */
function generator(seed: number): (n: number) => number {
  return (n) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

const ODD = ["\ufeff", "\u0085", "\u00a0", "\u2028", "\u3000", "\u200b", "\0", "\n", "\r\n", "ı", "ſ", "ﬁ", "Ａ", "票", "𠮷", "-0", "1e0", "0.5"];

/** Good bytes with one to three things done to them, now and then noise instead. */
function spoil(raw: Bytes, draw: (n: number) => number): Bytes {
  if (draw(20) === 0) return Uint8Array.from({ length: [0, 1, 31, 32, 33, 64, 99, 300][draw(8)] as number }, () => draw(256));
  for (let left = 1 + draw(3); left > 0; left--) {
    const at = draw(raw.length + 1);
    const length = [1, 1, 32, 64][draw(4)] as number;
    const parts = {
      0: [raw.slice(0, at), raw.slice(at + length)],
      1: [raw.slice(0, at + length), raw.slice(at)],
      2: [raw.slice(0, at), utf8(ODD[draw(ODD.length)] as string), raw.slice(at + draw(2))],
      3: [raw.slice(0, at), Uint8Array.of((raw[at] ?? 0) ^ (1 << draw(8))), raw.slice(at + 1)],
    }[draw(4)] as Bytes[];
    raw = concat(...parts);
  }
  return raw;
}

/** What is written again, or null where it is refused; every other error comes through. */
function read(decode: () => Bytes): Bytes | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Refused || error instanceof CannotVerify) return null;
    throw error;
  }
}

const closed = vectors("closing").good.at(-1);
const first = vectors("head").good[0];
const records = vectors("head").good.filter((one: any) => one.box === first.box).map((one: any) => fromHex(one.record));
const headLength = records[0].length - first.body_length;
const around: Around = {
  box: toHex(utf8(first.box)),
  slate: toHex(utf8(first.slate)),
  keyset: toHex(utf8(vectors("opening").keyset)),
  pk: first.pk,
  box_hash: closed.box_hash,
  box_key: closed.box_key,
};
const issued = vectors("issuance");
const kept = fromHex(vectors("receipt").good[0].qr);
const card: string = vectors("cards").cards[0].text;
const split = vectors("sealing").shamir.splits[0];

const GOOD: Record<string, readonly Bytes[]> = {
  canonical: vectors("canonical").good.map((one: any) => fromHex(one.hex)),
  slate: [utf8(first.slate)],
  keyset: [utf8(vectors("opening").keyset)],
  box: [utf8(first.box)],
  result: vectors("result").good.map((one: any) => utf8(one.text)),
  statements: [utf8(issued.issuance_json)],
  scalar: [fromHex("07" + "00".repeat(31))],
  point: [fromHex(vectors("body").first.keys[0])],
  "ed25519-key": [fromHex(first.pk)],
  head: records.map((raw: Bytes) => raw.slice(0, headLength)),
  body: [records[0].slice(headLength)],
  "draw-answer": [issued.granted, ...issued.refusals].map((one: any) => fromHex(one.answer)),
  partials: vectors("opening").sets.map((one: any) => fromHex(one.partials)),
  opinion: vectors("opinion").good.map((one: any) => fromHex(one.padded)),
  "closing-text": vectors("closing").good.map((one: any) => utf8(one.text)),
  "closing-note": [utf8(closed.note)],
  note: [utf8(closed.note)],
  "receipt-qr": [kept],
  card: [utf8(card)],
  crockford: [utf8(card.replace(/-/g, "").slice(0, 32))],
};
const TYPED = ["card", "crockford"];

describe.each(Object.entries(GOOD))("decoder %s", (name, good) => {
  const decode = (raw: Bytes) => read(() => (DECODERS[name] as (raw: Bytes, around: Around) => Bytes)(raw, around));

  it("gives good bytes back", () => {
    for (const raw of good) expect(toHex(decode(raw) as Bytes)).toBe(toHex(raw));
  });

  it("refuses what is spoiled, or it is the only form", () => {
    const draw = generator(20261122);
    for (let n = 0; n < ROUNDS * (COSTLY[name] ?? 1); n++) {
      const raw = spoil(good[draw(good.length)] as Bytes, draw);
      const written = decode(raw);
      if (written !== null) expect(toHex(TYPED.includes(name) ? (decode(written) as Bytes) : raw)).toBe(toHex(written));
    }
  });

  it("comes to an end with long inputs", () => {
    for (const filling of ["\0", "9", "[", "\n", "A", "票"]) {
      const raw = utf8(filling.repeat(100_000));
      for (const long of [raw, concat((good[0] as Bytes).slice(0, 40), raw)]) {
        const written = decode(long);
        if (written !== null && !TYPED.includes(name)) expect(toHex(written)).toBe(toHex(long));
      }
    }
  });
});

it("joined shares give a secret, or are refused, an empty list and an empty piece included", () => {
  const join = (raw: Bytes) => read(() => (DECODERS.shares as (raw: Bytes, around: Around) => Bytes)(raw, around));
  const shares = split.shares.slice(0, split.t).map((share: string) => fromHex(share));
  expect(toHex((join(concat(...shares)) as Bytes).slice(-32))).toBe(split.secret);
  const draw = generator(1);
  for (let n = 0; n < ROUNDS; n++) join(spoil(concat(...shares), draw));
  expect(join(new Uint8Array(0))).toBeNull();
});

describe("what follows # in the booth's address", () => {
  const drawn = (boxes: number, k: number) => `s=${toBase64Url(concat(Uint8Array.of(1, 0), new Uint8Array(boxes * k).fill(7)))}`;
  const good = [`p=${"0f".repeat(32)}`, drawn(1, 256), drawn(3, 256), drawn(8, 384), ""];

  function again(fragment: string): string | null {
    const entry = readEntry(fragment);
    if (entry.kind === "poll") return `p=${entry.poll}`;
    if (entry.kind === "drawn") return `s=${toBase64Url(concat(Uint8Array.of(entry.issuer, entry.status), entry.signatures))}`;
    return entry.kind === "none" ? "" : null;
  }

  it("comes back as it was", () => {
    for (const fragment of good) expect(again(fragment)).toBe(fragment);
  });

  it("is refused in any other form", () => {
    const draw = generator(2);
    for (let n = 0; n < ROUNDS * 3; n++) {
      const fragment = new TextDecoder().decode(spoil(utf8(good[draw(good.length)] as string), draw));
      const written = again(fragment);
      if (written !== null) expect(written).toBe(fragment);
    }
    for (const long of ["p=", "s=", "", "="]) expect(again(long + "A".repeat(100_000))).toBeNull();
  });
});

describe("what people and servers hand to the pages", () => {
  it("a pasted receipt is found in any text around it, or there is none", () => {
    const draw = generator(3);
    const text = `评家 回执\r\n\r\n${receiptText(parseReceipt(kept))}\r\n`;
    expect(findReceipt(text)).toEqual(parseReceipt(kept));
    for (let n = 0; n < ROUNDS; n++) {
      const pasted = new TextDecoder().decode(spoil(utf8(text), draw));
      read(() => utf8(receiptText(findReceipt(pasted))));
    }
    expect(read(() => utf8(receiptText(findReceipt("A\n".repeat(50_000)))))).toBeNull();
  });

  it("trust.json is read, or refused in the one way: a site that is no address included", () => {
    const trust = { logs: [], quorum: 0, site: "https://site.example", v: 1, witnesses: [] };
    expect(parseTrust(dumps(trust), "").site).toBe(trust.site);
    for (const site of ["not an address", "https://", "//x", "javascript:alert(1)", "data:text/html,x", " "]) {
      expect(read(() => utf8(parseTrust(dumps({ ...trust, site }), "").site)), site).toBeNull();
    }
    const draw = generator(4);
    for (let n = 0; n < ROUNDS; n++) read(() => utf8(parseTrust(spoil(dumps(trust), draw), "").site));
  });

  it("the state of a box is one of five words, or refused", async () => {
    const state = async (answer: string) => boxState(async () => utf8(answer), "00");
    expect(await state('{"state":"open"}')).toBe("open");
    for (const answer of ["", "{}", "null", "[]", '{"state":"<b>"}', '{"state":1}', "{", "\ufeff{}"]) {
      await expect(state(answer), answer).rejects.toThrow(Refused);
    }
  });

  it("the answer to a drop is 128 bytes of one form", () => {
    const one = vectors("receipt").good[0];
    const [boxKey, boxHash, leaf] = [fromHex(one.box_key), fromHex(one.box_hash), fromHex(one.leaf)];
    const answer = fromHex(one.answer);
    expect(readAnswer(boxKey, boxHash, leaf, answer).status).toBe(0);
    const draw = generator(5);
    for (let n = 0; n < ROUNDS; n++) {
      const raw = spoil(answer, draw);
      const written = read(() => {
        const { status, receipt } = readAnswer(boxKey, boxHash, leaf, raw);
        const out = new Uint8Array(128);
        out.set([status]);
        if (receipt !== null) out.set(receipt.signature, 1);
        return out;
      });
      if (written !== null) expect(toHex(written)).toBe(toHex(raw));
    }
  });

  it("a sealed message opens, or is refused in the one way", async () => {
    const key = fromHex(vectors("opinion").opinion_key);
    const sealed = await hpke.seal(hpke.publicKey(key), utf8("info"), utf8("评家"));
    const draw = generator(6);
    for (let n = 0; n < ROUNDS / 4; n++) {
      const raw = spoil(sealed, draw);
      try {
        expect(toHex(await hpke.open(key, utf8("info"), raw))).toBe(toHex(utf8("评家")));
        expect(toHex(raw)).toBe(toHex(sealed));
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
      }
    }
  });
});

it("canonical JSON never names a prototype or loses a field", () => {
  for (const raw of ['{"__proto__":1}', '{"constructor":{"prototype":1}}', '{"a":1,"a":1}', '{"b":1,"a":1}']) {
    const written = read(() => dumps(loads(utf8(raw))));
    expect(written === null || toHex(written) === toHex(utf8(raw)), raw).toBe(true);
  }
});
