/** A scrutineer's card: 20 random bytes that become two keys for one poll (docs/spec/ballot.md §10.1). */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, Refused, systemRandom, u8, type Bytes, type Random } from "./bytes.ts";
import * as crockford from "./crockford.ts";
import { clamp, publicKey as exchangePublic } from "./hpke.ts";
import type { Scrutineer } from "./keyset.ts";
import { CARD_CHECK, CARD_EXCHANGE, CARD_SIGN, ENROL } from "./labels.ts";
import { publicKey as signPublic } from "./signing.ts";

export const CARD_LENGTH = 20;

/** The typed text is no card. `why` is a code for the page: characters, length, check. */
export class BadCard extends Refused {
  override name = "BadCard";
  constructor(readonly why: "characters" | "length" | "check") {
    super(why);
  }
}

/** `sign`: Ed25519 seed; `exchange`: clamped X25519 private key. Neither ever leaves the holder's browser. */
export interface CardKeys {
  readonly sign: Bytes;
  readonly exchange: Bytes;
}

export function newCard(random: Random = systemRandom): Bytes {
  return random(CARD_LENGTH);
}

/** The text of a card: eight groups of four Crockford symbols and a check group, joined by hyphens. */
export function writeCard(card: Bytes): string {
  if (card.length !== CARD_LENGTH) throw new Error("a card has 20 bytes");
  return crockford.grouped(crockford.encode(card) + checkGroup(card));
}

/** The 20 bytes of a typed card; throws BadCard. */
export function readCard(typed: string): Bytes {
  let symbols: string;
  try {
    symbols = crockford.normalise(typed);
  } catch {
    throw new BadCard("characters");
  }
  if (symbols.length !== 36) throw new BadCard("length");
  const card = crockford.decode(symbols.slice(0, 32));
  if (symbols.slice(32) !== checkGroup(card)) throw new BadCard("check");
  return card;
}

/** The keys of a card for one poll: HKDF-SHA256 (RFC 5869), empty salt, info = label ‖ poll_id. */
export function deriveKeys(card: Bytes, pollId: Bytes): CardKeys {
  const derive = (label: Bytes) => hkdf(sha256, card, undefined, concat(label, pollId), 32);
  return { sign: derive(CARD_SIGN), exchange: clamp(derive(CARD_EXCHANGE)) };
}

/** The public halves under a name. */
export function scrutineerOf(keys: CardKeys, name: string): Scrutineer {
  return { exchange: exchangePublic(keys.exchange), key: signPublic(keys.sign), name };
}

/** What a card's `key` signs when scrutineer i enrols: the `exchange` key belongs to it. */
export function enrolmentMessage(pollId: Bytes, i: number, exchange: Bytes): Bytes {
  return concat(ENROL, pollId, u8(i), exchange);
}

function checkGroup(card: Bytes): string {
  return crockford.encode(sha256(concat(CARD_CHECK, card)).slice(0, 5)).slice(0, 4);
}
