/** The key set: the scrutineers and the commitments to the keys they share (docs/spec/ballot.md §4.2). */
import { sha256 } from "@noble/hashes/sha2.js";
import { Refused, toHex, type Bytes } from "./bytes.ts";
import { dumps } from "./canonical.ts";
import * as fields from "./fields.ts";
import { point, pointBytes, type Point } from "./group.ts";
import { SUITE } from "./labels.ts";
import { isKey } from "./signing.ts";
import { GREATEST_GRADES } from "./slate.ts";

export const GREATEST_SCRUTINEERS = 16;

/** The public halves of a card: `key` (Ed25519) signs, `exchange` (X25519) receives. */
export interface Scrutineer {
  readonly exchange: Bytes;
  readonly key: Bytes;
  readonly name: string;
}

/** `commitments[k][d]` is a_{k,d}·G. Scrutineers are numbered from 1: number i is `scrutineers[i − 1]`. */
export interface KeySetFields {
  readonly commitments: readonly (readonly Point[])[];
  readonly opinionPublic: Bytes;
  readonly pollId: Bytes;
  readonly scrutineers: readonly Scrutineer[];
  readonly shareHash: readonly Bytes[];
  readonly t: number;
}

export interface KeySet extends KeySetFields {
  readonly n: number;
  /** H_1 … H_K. */
  readonly keys: readonly Point[];
  readonly hash: Bytes;
}

export function parseKeySet(raw: Bytes): KeySet {
  const f = fields.parse(raw, "commitments", "n", "opinion_public", "poll_id", "scrutineers", "share_hash", "suite", "t", "v");
  fields.integer(f.v, 1, 1, "v");
  fields.choice(f.suite, "suite", SUITE);
  const n = fields.integer(f.n, 2, GREATEST_SCRUTINEERS, "n");
  const t = fields.integer(f.t, 2, n, "t");
  const rows = fields.array(f.commitments, 1, GREATEST_GRADES, "commitments");
  const commitments = rows.map((row) => fields.array(row, t, t, "commitments").map(commitment));
  const keys = commitments.map((row) => row[0] as Point);
  fields.distinct(keys.map((key) => toHex(pointBytes(key))), "keys of the grades");
  const scrutineers = fields.array(f.scrutineers, n, n, "scrutineers").map(scrutineer);
  fields.distinct(scrutineers.map((s) => toHex(s.key)), "keys of the scrutineers");
  fields.distinct(scrutineers.map((s) => toHex(s.exchange)), "exchange keys of the scrutineers");
  return {
    commitments,
    opinionPublic: fields.octets(f.opinion_public, 32, "opinion_public"),
    pollId: fields.octets(f.poll_id, 16, "poll_id"),
    scrutineers,
    shareHash: fields.array(f.share_hash, n, n, "share_hash").map((hash) => fields.octets(hash, 32, "share_hash")),
    t,
    n,
    keys,
    hash: sha256(raw),
  };
}

export function keySetBytes(set: KeySetFields): Bytes {
  return dumps({
    commitments: set.commitments.map((row) => row.map((c) => toHex(pointBytes(c)))),
    n: set.scrutineers.length,
    opinion_public: toHex(set.opinionPublic),
    poll_id: toHex(set.pollId),
    scrutineers: set.scrutineers.map((s) => ({ exchange: toHex(s.exchange), key: toHex(s.key), name: s.name })),
    share_hash: set.shareHash.map(toHex),
    suite: SUITE,
    t: set.t,
    v: 1,
  });
}

function scrutineer(value: unknown): Scrutineer {
  const f = fields.record(value, "exchange", "key", "name");
  const key = fields.octets(f.key, 32, "key");
  fields.need(isKey(key), "key: not an Ed25519 key by the rule");
  return { exchange: fields.octets(f.exchange, 32, "exchange"), key, name: fields.text(f.name, "name") };
}

function commitment(value: unknown): Point {
  const raw = fields.octets(value, 32, "commitment");
  try {
    return point(raw);
  } catch (error) {
    if (error instanceof Refused) throw new fields.BadObject("commitment: not a point by the rule");
    throw error;
  }
}
