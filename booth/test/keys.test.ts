import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { describe, expect, it } from "vitest";
import { concat, systemRandom, toHex, type Bytes } from "../src/core/bytes.ts";
import { BadCard, deriveKeys, enrolmentMessage, newCard, readCard, scrutineerOf, writeCard } from "../src/core/cards.ts";
import { pointBytes, scalarBytes } from "../src/core/group.ts";
import * as hpke from "../src/core/hpke.ts";
import { parseKeySet } from "../src/core/objects.ts";
import * as opinion from "../src/core/opinion.ts";
import { accept, BadShare, deal, missingAcceptances, openShare, publicShare, shareInfo } from "../src/core/sealing.ts";
import * as shamir from "../src/core/shamir.ts";
import { sign } from "../src/core/signing.ts";
import { chance, hex, named, refusal, scripted, text, vectors } from "./vectors.ts";

const buffer = (bytes: Bytes) => bytes.slice().buffer as ArrayBuffer;

describe("HPKE", () => {
  it("has the keys of RFC 9180, appendix A.2.1, and takes the ephemeral one as given", async () => {
    const skE = hex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
    const pkE = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
    const skR = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    const pkR = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
    expect([toHex(hpke.publicKey(skE)), toHex(hpke.publicKey(skR))]).toEqual([pkE, pkR]);
    const sealed = await hpke.seal(hex(pkR), text("info"), text("message"), scripted(skE));
    expect(toHex(sealed.slice(0, 32))).toBe(pkE);
    expect(await hpke.open(skR, text("info"), sealed)).toEqual(text("message"));
  });

  it("interoperates with a general library in both directions", async () => {
    const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });
    for (const length of [0, 1, 177, 2048]) {
      const [key, info, plain] = [hpke.newPrivateKey(), systemRandom(length % 90), systemRandom(length)];
      const sealed = await hpke.seal(hpke.publicKey(key), info, plain);
      expect(sealed).toHaveLength(length + hpke.OVERHEAD);
      const recipientKey = await suite.kem.deserializePrivateKey(buffer(key));
      const opened = await suite.open({ recipientKey, enc: buffer(sealed.slice(0, 32)), info: buffer(info) }, buffer(sealed.slice(32)));
      expect(new Uint8Array(opened)).toEqual(plain);
      const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(hpke.publicKey(key)));
      const { enc, ct } = await suite.seal({ recipientPublicKey, info: buffer(info) }, buffer(plain));
      expect(await hpke.open(key, info, concat(new Uint8Array(enc), new Uint8Array(ct)))).toEqual(plain);
    }
  });

  it("opens under this key, for this use and unchanged only", async () => {
    const key = hpke.newPrivateKey();
    const sealed = await hpke.seal(hpke.publicKey(key), text("a"), text("message"));
    const flipped = sealed.map((byte, i) => (i === 40 ? byte ^ 1 : byte));
    const tries: [Bytes, Bytes, Bytes][] = [
      [hpke.newPrivateKey(), text("a"), sealed],
      [key, text("b"), sealed],
      [key, text("a"), flipped],
      [key, text("a"), sealed.slice(0, 47)],
      [key, text("a"), concat(new Uint8Array(32), sealed.slice(32))],
    ];
    for (const [k, info, raw] of tries) await expect(hpke.open(k, info, raw)).rejects.toThrow(hpke.NotOpened);
  });

  it("seals to no key of low order", async () => {
    await expect(hpke.seal(new Uint8Array(32), text("a"), text("b"))).rejects.toThrow(hpke.NotOpened);
  });
});

describe("cards", () => {
  const cases = vectors("cards");

  it("are written, typed in every way people type, and derived for one poll", () => {
    for (const c of cases.cards) {
      expect(writeCard(hex(c.card))).toBe(c.text);
      for (const typed of c.typed) expect(toHex(readCard(typed))).toBe(c.card);
      for (const k of c.keys) {
        const keys = deriveKeys(hex(c.card), hex(k.poll_id));
        const person = scrutineerOf(keys, "陈监票");
        const found = [keys.sign, keys.exchange, person.key, person.exchange].map(toHex);
        expect(found).toEqual([k.sign, k.exchange, k.key, k.exchange_public]);
        expect(toHex(sign(keys.sign, enrolmentMessage(hex(k.poll_id), 1, person.exchange)))).toBe(k.enrolment_of_1);
      }
    }
  });

  it.each(Object.entries(cases.bad))("refuse a slip of the hand: %s", (_, typed) => {
    expect(() => readCard(typed as string)).toThrow(BadCard);
  });

  it("are fresh every time", () => {
    expect(toHex(newCard())).not.toBe(toHex(newCard()));
  });
});

describe("sealing", () => {
  const cases = vectors("sealing");

  it.each(["equal", "mixed"].map((name, n) => [name, n] as const))("deals byte for byte under the same chance: %s", async (name, n) => {
    const c = cases.deals[n];
    const { pollId, scrutineers, keys, t } = parseKeySet(text(c.keyset));
    const made = await deal({ pollId, scrutineers, grades: keys.length, t }, chance(`deal ${name}`));
    expect(toHex(made.keyset)).toBe(toHex(text(c.keyset)));
    expect(made.sealed.map(toHex)).toEqual(c.scrutineers.map((s: any) => s.sealed));
  });

  it("opens, checks and accepts every share", async () => {
    for (const c of cases.deals) {
      const keyset = parseKeySet(text(c.keyset));
      expect(toHex(keyset.hash)).toBe(c.keyset_hash);
      const accepts: Bytes[] = [];
      for (const s of c.scrutineers) {
        expect(toHex(shareInfo(keyset.pollId, s.i))).toBe(s.info);
        const share = await openShare(keyset, s.i, hex(s.exchange), hex(s.sealed));
        expect(toHex(concat(...share.values.map(scalarBytes), share.opinion))).toBe(s.share);
        for (const [mask, y] of Object.entries(s.public_shares)) {
          expect(toHex(pointBytes(publicShare(keyset, s.i, Number(mask))))).toBe(y);
        }
        accepts.push(hex(s.acceptance));
      }
      expect(missingAcceptances(keyset, concat(...accepts))).toEqual([]);
      expect(missingAcceptances(keyset, concat(accepts[0]!, accepts[0]!))).toEqual([2, 3]);
    }
  });

  it.each(named(cases.bad, "why"))("refuses a share: %s", async (_, c) => {
    const keyset = parseKeySet(text(cases.deals[0].keyset));
    await expect(openShare(keyset, c.i, hex(c.exchange), hex(c.sealed))).rejects.toThrow(BadShare);
  });

  it("refuses a share that the dealer changed after committing to it", async () => {
    const cards = [newCard(), newCard(), newCard()];
    const pollId = systemRandom(16);
    const people = cards.map((card, i) => scrutineerOf(deriveKeys(card, pollId), `监票人${i}`));
    const one = await deal({ pollId, scrutineers: people, grades: 2, t: 2 });
    const other = await deal({ pollId, scrutineers: people, grades: 2, t: 2 });
    const honest = parseKeySet(one.keyset);
    // Commitments of one deal, sealed shares of another.
    const mixed = { ...honest, shareHash: parseKeySet(other.keyset).shareHash };
    const keys = deriveKeys(cards[0]!, pollId);
    await expect(openShare(mixed, 1, keys.exchange, other.sealed[0]!)).rejects.toThrow(/commitments/);
    const share = await openShare(honest, 1, keys.exchange, one.sealed[0]!);
    expect(missingAcceptances(honest, accept(honest, keys.sign))).toEqual([2, 3]);
    expect(share.opinion).toHaveLength(33);
  });

  it("shares the opinion key over GF(2⁸) as in the vectors", () => {
    for (const [a, b, product] of cases.shamir.products) expect(shamir.multiply(a, b)).toBe(product);
    for (let a = 1; a < 256; a++) expect(shamir.multiply(a, shamir.inverse(a))).toBe(1);
    const random = chance("shamir");
    for (const c of cases.shamir.splits) {
      const secret = random(32);
      expect(toHex(secret)).toBe(c.secret);
      const shares = shamir.split(secret, c.shares.length, c.t, random);
      expect(shares.map(toHex)).toEqual(c.shares);
      expect(toHex(shamir.join(shares.slice(-c.t)))).toBe(c.secret);
    }
    expect(refusal(() => shamir.join([new Uint8Array(33)]))).not.toBe("");
  });
});

describe("opinions", () => {
  const c = vectors("opinion");
  const [key, box] = [hex(c.opinion_key), hex(c.box_hash)];

  it("are padded, sealed and opened as in the vectors", async () => {
    const random = chance("opinion");
    for (const one of c.good) {
      expect(toHex(opinion.pad(one.text))).toBe(one.padded);
      expect(toHex(await opinion.sealOpinion(one.text, hex(c.opinion_public), box, hex(one.pk), random))).toBe(one.body);
      expect(await opinion.openOpinion(key, box, hex(one.pk), hex(one.body))).toBe(one.text);
    }
  });

  it.each(named(c.bad, "why"))("are invalid: %s", async (_, b) => {
    await expect(opinion.openOpinion(key, box, hex(b.pk), hex(b.body))).rejects.toThrow(opinion.NotOpinion);
  });

  it("are read only when there are enough, in an order that tells nothing", async () => {
    const records = [...c.good, ...c.bad].map((r: any) => ({ pk: hex(r.pk), body: hex(r.body) }));
    const read = await opinion.readOpinions(key, box, records, 5);
    expect(read).toEqual({ texts: c.read, invalid: c.invalid });
    expect(await opinion.readOpinions(key, box, records, 6)).toEqual({ texts: null, invalid: c.invalid });
    expect(toHex(opinion.outcomeMessage(box, read.texts))).toBe(c.outcome_message);
    expect(toHex(opinion.outcomeMessage(box, null))).toBe(c.outcome_message_not_enough);
  });

  it("are opened by a key that t resealed shares give, and no other", async () => {
    const shares: Bytes[] = [];
    for (const r of c.reshared) {
      const share = await opinion.openReshare(hex(r.sealed), box, r.i, hex(c.reader_exchange));
      expect(toHex(share)).toBe(r.share);
      shares.push(share);
      await expect(opinion.openReshare(hex(r.sealed), box, (r.i % 3) + 1, hex(c.reader_exchange))).rejects.toThrow();
    }
    for (const pair of [[0, 1], [0, 2], [2, 1]]) {
      expect(toHex(opinion.rebuildKey(pair.map((i) => shares[i]!), hex(c.opinion_public)))).toBe(c.opinion_key);
    }
    expect(refusal(() => opinion.rebuildKey(shares.slice(0, 1), hex(c.opinion_public)))).not.toBe("");
    const sealed = await opinion.reshare(shares[0]!, box, hpke.publicKey(hex(c.reader_exchange)));
    expect(sealed).toHaveLength(81);
    expect(await opinion.openReshare(sealed, box, 1, hex(c.reader_exchange))).toEqual(shares[0]);
  });

  it("have an end", () => {
    expect(() => opinion.pad("家".repeat(682))).toThrow(opinion.TooLong);
  });
});
