/** The opinion box: a free text sealed to a key that only t scrutineers together rebuild (docs/spec/ballot.md §13). */
import { sha256 } from "@noble/hashes/sha2.js";
import { compare, concat, equal, fromUtf8, Reader, Refused, refuse, systemRandom, toHex, u16, u8, utf8, type Bytes, type Random } from "./bytes.ts";
import { dumps } from "./canonical.ts";
import * as hpke from "./hpke.ts";
import { OPINION, OPINION_SHARE, OPINIONS } from "./labels.ts";
import * as shamir from "./shamir.ts";

export const PLAIN_LENGTH = 2048;
export const BODY_LENGTH = PLAIN_LENGTH + hpke.OVERHEAD;
/** Greatest length of a text, in bytes of UTF-8. */
export const TEXT_LENGTH = PLAIN_LENGTH - 3;
/** Below this many non-empty texts nothing is read. */
export const K_FREE = 10;
const VERSION = 2;

/** A body that does not open to a text: one class for every cause, counted as invalid. */
export class NotOpinion extends Refused {
  override name = "NotOpinion";
}

export class TooLong extends Refused {
  override name = "TooLong";
}

function info(boxHash: Bytes, pk: Bytes): Bytes {
  return concat(OPINION, boxHash, pk);
}

/** 0x02 ‖ u16 len ‖ UTF-8 ‖ zeros, 2,048 bytes; throws TooLong. */
export function pad(text: string): Bytes {
  const raw = utf8(text);
  if (raw.length > TEXT_LENGTH) throw new TooLong(`${raw.length} bytes; at most ${TEXT_LENGTH}`);
  const out = new Uint8Array(PLAIN_LENGTH);
  out.set(concat(u8(VERSION), u16(raw.length), raw));
  return out;
}

export function unpad(plain: Bytes): string {
  try {
    const reader = new Reader(plain);
    refuse(plain.length === PLAIN_LENGTH && reader.u8() === VERSION, "wrong length or version");
    const text = reader.take(reader.u16());
    refuse(plain.slice(3 + text.length).every((byte) => byte === 0), "bytes where zeros belong");
    return fromUtf8(text);
  } catch {
    throw new NotOpinion("not an opinion");
  }
}

/** The body of an opinion, 2,096 bytes whatever was written; an empty text is an opinion too. */
export async function sealOpinion(text: string, opinionPublic: Bytes, boxHash: Bytes, pk: Bytes, random: Random = systemRandom): Promise<Bytes> {
  return hpke.seal(opinionPublic, info(boxHash, pk), pad(text), random);
}

export async function openOpinion(privateKey: Bytes, boxHash: Bytes, pk: Bytes, body: Bytes): Promise<string> {
  if (body.length !== BODY_LENGTH) throw new NotOpinion("wrong length");
  let plain: Bytes;
  try {
    plain = await hpke.open(privateKey, info(boxHash, pk), body);
  } catch {
    throw new NotOpinion("does not open");
  }
  return unpad(plain);
}

export interface OpinionRecord {
  readonly pk: Bytes;
  readonly body: Bytes;
}

/** The non-empty texts in the order of their SHA-256 (null below `kFree` of them: nothing is to be read), and the invalid bodies. */
export async function readOpinions(
  privateKey: Bytes,
  boxHash: Bytes,
  records: readonly OpinionRecord[],
  kFree = K_FREE,
): Promise<{ texts: string[] | null; invalid: number }> {
  const texts: string[] = [];
  let invalid = 0;
  for (const { pk, body } of records) {
    try {
      const text = await openOpinion(privateKey, boxHash, pk, body);
      if (text !== "") texts.push(text);
    } catch (error) {
      if (!(error instanceof NotOpinion)) throw error;
      invalid += 1;
    }
  }
  if (texts.length < kFree) return { texts: null, invalid };
  const keyed = texts.map((text) => ({ text, key: sha256(utf8(text)) }));
  return { texts: keyed.sort((x, y) => compare(x.key, y.key)).map(({ text }) => text), invalid };
}

function reshareInfo(boxHash: Bytes, i: number): Bytes {
  return concat(OPINION_SHARE, boxHash, u8(i));
}

/** Reseals the own 33 bytes to the reader after the close: 81 bytes. */
export async function reshare(share: Bytes, boxHash: Bytes, readerExchange: Bytes): Promise<Bytes> {
  if (share.length !== shamir.SHARE_LENGTH) throw new Error("a share has 33 bytes");
  return hpke.seal(readerExchange, reshareInfo(boxHash, share[0] as number), share);
}

/** The 33 bytes that scrutineer i resealed to us; Refused if they are another's. */
export async function openReshare(sealed: Bytes, boxHash: Bytes, i: number, exchange: Bytes): Promise<Bytes> {
  const share = await hpke.open(exchange, reshareInfo(boxHash, i), sealed);
  refuse(share.length === shamir.SHARE_LENGTH && share[0] === i, "a share of another");
  return share;
}

/** The opinion key of exactly t shares; Refused unless it is clamped and fits `opinionPublic`. */
export function rebuildKey(shares: readonly Bytes[], opinionPublic: Bytes): Bytes {
  const key = shamir.join(shares);
  const fits = equal(hpke.clamp(key), key) && equal(hpke.publicKey(key), opinionPublic);
  refuse(fits, "these shares do not give the key of this box");
  return key;
}

/** What the reader signs: label ‖ canonical {"box","enough","texts"}; no text unless there are enough. */
export function outcomeMessage(boxHash: Bytes, texts: readonly string[] | null): Bytes {
  return concat(OPINIONS, dumps({ box: toHex(boxHash), enough: texts !== null, texts: texts ?? [] }));
}
