/**
 * The record of a drop (docs/spec/ballot.md, "Record"): head ‖ body.
 * head: version 0x02 │ seq 1…9 │ pk(32) │ SHA-256(body)(32) │ issuer signatures k·n │ Ed25519(64)
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, Refused, u8, type Bytes } from "./bytes.ts";
import { BALLOT } from "./labels.ts";
import { leafHash } from "./merkle.ts";
import type { BoxManifest } from "./objects.ts";
import { DROP } from "./receipt.ts";
import { publicKey, sign, verify } from "./signing.ts";
import { tokenMessage, verify as verifyToken } from "./token.ts";

const VERSION = 2;
export const GREATEST_SEQ = 9;

/** A head that does not hold; `status` is that of the answer to its drop. */
export class BadHead extends Refused {
  override name = "BadHead";
  constructor(readonly status: number) {
    super(`drop status ${status}`);
  }
}

export interface Head {
  readonly raw: Bytes;
  readonly seq: number;
  readonly pk: Bytes;
  readonly bodyHash: Bytes;
  readonly tokens: readonly Bytes[];
  readonly signature: Bytes;
  /** RFC 6962 leaf hash of the head. */
  readonly leaf: Bytes;
}

export function headLength(box: Pick<BoxManifest, "k" | "issuers">): number {
  return 130 + box.k * box.issuers.length;
}

/** The head of a body, signed with the one-time key of `seed`; `tokens` are the finalized signatures, in the manifest's order. */
export function makeHead(box: BoxManifest, seed: Bytes, seq: number, tokens: readonly Bytes[], body: Bytes): Bytes {
  if (!(seq >= 1 && seq <= GREATEST_SEQ)) throw new Error("seq 1…9");
  const unsigned = concat(u8(VERSION), u8(seq), publicKey(seed), sha256(body), ...tokens);
  const head = concat(unsigned, sign(seed, concat(BALLOT, box.hash, unsigned)));
  if (head.length !== headLength(box)) throw new Error("one token of k bytes per issuer");
  return head;
}

/** Fields of a head; only length, version and seq are checked. Throws BadHead. */
export function parseHead(box: Pick<BoxManifest, "k" | "issuers" | "revote">, raw: Bytes): Head {
  if (raw.length !== headLength(box) || raw[0] !== VERSION) throw new BadHead(DROP.malformed);
  const seq = raw[1] as number;
  if (seq < 1 || seq > (box.revote ? GREATEST_SEQ : 1)) throw new BadHead(DROP.seq);
  const end = raw.length - 64;
  return {
    raw,
    seq,
    pk: raw.slice(2, 34),
    bodyHash: raw.slice(34, 66),
    tokens: box.issuers.map((_, j) => raw.slice(66 + j * box.k, 66 + (j + 1) * box.k)),
    signature: raw.slice(end),
    leaf: leafHash(raw),
  };
}

/** Whether every issuer signed the key for this box. */
export function tokensHold(box: BoxManifest, head: Head): boolean {
  return box.issuers.every((_, j) => tokenHolds(box, head, j));
}

export function tokenHolds(box: BoxManifest, head: Head, j: number): boolean {
  const issuer = box.issuers[j];
  const token = head.tokens[j];
  return issuer !== undefined && token !== undefined && verifyToken(issuer.rsaN, tokenMessage(box.hash, head.pk), token);
}

export function signatureHolds(box: Pick<BoxManifest, "hash">, head: Head): boolean {
  return verify(head.pk, head.signature, concat(BALLOT, box.hash, head.raw.slice(0, -64)));
}

export function bodyFits(head: Head, body: Bytes): boolean {
  return equal(head.bodyHash, sha256(body));
}
