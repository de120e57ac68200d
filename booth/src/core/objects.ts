/** The manifests that name a box and a poll (docs/spec/ballot.md §4). A hash is the SHA-256 of the canonical bytes. */
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, type Bytes } from "./bytes.ts";
import * as fields from "./fields.ts";
import { SUITE } from "./labels.ts";
import { isKey } from "./signing.ts";

export { BadObject } from "./fields.ts";
export { boxNumber } from "./crockford.ts";
export { parseSlate, type Slate, type Subject } from "./slate.ts";
export { keySetBytes, parseKeySet, type KeySet, type Scrutineer } from "./keyset.ts";

/** Who hands out ballots: `rsaN` (k bytes) signs blindly for this one box, `idKey` signs statements. */
export interface Issuer {
  readonly idKey: Bytes;
  readonly operator: string;
  readonly rsaN: Bytes;
  readonly url: string;
}

export type Formula = "fav-valid" | "fav-expressed";

/** Reached when den·F ≥ num·base. */
export interface Threshold {
  readonly den: number;
  readonly num: number;
}

/** Least number of valid ballots for each form of publication. */
export interface TierLimits {
  readonly band: number;
  readonly full: number;
  readonly twoWay: number;
}

export interface BoxManifest {
  readonly boxKey: Bytes;
  readonly closesAt: string;
  readonly formula: Formula;
  readonly issuers: readonly Issuer[];
  readonly k: number;
  readonly keyset: Bytes;
  readonly kind: "ballot" | "opinion";
  readonly logOrigin: string;
  readonly opensAt: string;
  readonly pollId: Bytes;
  readonly pool: string;
  readonly practice: boolean;
  readonly revote: boolean;
  readonly rollRoot: Bytes;
  readonly rollSize: number;
  readonly slate: Bytes;
  readonly threshold: Threshold;
  readonly tiers: TierLimits;
  readonly title: string;
  /** box_hash: what every ballot, receipt and proof is bound to. */
  readonly hash: Bytes;
}

/** The boxes that a member draws for in one go, in the order of the issuance messages. */
export interface PollManifest {
  readonly boxes: readonly Bytes[];
  readonly pollId: Bytes;
  readonly hash: Bytes;
}

const BOX_FIELDS = [
  "box_key", "closes_at", "formula", "issuers", "k", "keyset", "kind", "log_origin", "opens_at", "poll_id", "pool",
  "practice", "revote", "roll_root", "roll_size", "slate", "suite", "threshold", "tiers", "title", "v",
] as const;

export function parseBoxManifest(raw: Bytes): BoxManifest {
  const f = fields.parse(raw, ...BOX_FIELDS);
  fields.integer(f.v, 1, 1, "v");
  fields.choice(f.suite, "suite", SUITE);
  const k = fields.integer(f.k, 256, 384, "k");
  fields.need(k === 256 || k === 384, "k: 256 or 384");
  const issuers = fields.array(f.issuers, 1, 8, "issuers").map((value) => issuer(value, k));
  fields.distinct(issuers.map((i) => toHex(i.rsaN)), "rsa_n of the issuers");
  const boxKey = fields.octets(f.box_key, 32, "box_key");
  fields.need(isKey(boxKey), "box_key: not an Ed25519 key by the rule");
  const opensAt = fields.time(f.opens_at, "opens_at");
  const closesAt = fields.time(f.closes_at, "closes_at");
  fields.need(opensAt < closesAt, "a box opens before it closes");
  const kind = fields.choice(f.kind, "kind", "ballot", "opinion");
  const slate = fields.octets(f.slate, 32, "slate");
  fields.need(slate.every((byte) => byte === 0) === (kind === "opinion"), "slate: 32 zero bytes for an opinion box only");
  const revote = fields.boolean(f.revote, "revote");
  fields.need(kind === "ballot" || !revote, "an opinion box allows no second ballot");
  return {
    boxKey,
    closesAt,
    formula: fields.choice(f.formula, "formula", "fav-valid", "fav-expressed"),
    issuers,
    k,
    keyset: fields.octets(f.keyset, 32, "keyset"),
    kind,
    logOrigin: fields.text(f.log_origin, "log_origin"),
    opensAt,
    pollId: fields.octets(f.poll_id, 16, "poll_id"),
    pool: f.pool === "" ? "" : fields.code(f.pool, "pool"),
    practice: fields.boolean(f.practice, "practice"),
    revote,
    rollRoot: fields.octets(f.roll_root, 32, "roll_root"),
    rollSize: fields.integer(f.roll_size, 0, 1e8, "roll_size"),
    slate,
    threshold: threshold(f.threshold),
    tiers: tiers(f.tiers),
    title: fields.text(f.title, "title"),
    hash: sha256(raw),
  };
}

export function parsePollManifest(raw: Bytes): PollManifest {
  const f = fields.parse(raw, "boxes", "poll_id", "v");
  fields.integer(f.v, 1, 1, "v");
  const boxes = fields.array(f.boxes, 1, 8, "boxes").map((box) => fields.octets(box, 32, "box"));
  fields.distinct(boxes.map(toHex), "boxes");
  return { boxes, pollId: fields.octets(f.poll_id, 16, "poll_id"), hash: sha256(raw) };
}

/**
 * Refuses boxes that are not those of the poll, in order, under one line of issuers and one poll id, or that share a key: no RSA
 * modulus and no box key may serve two boxes.
 */
export function checkPoll(poll: PollManifest, boxes: readonly BoxManifest[]): void {
  const hashes = (list: readonly Bytes[]) => list.map(toHex).join();
  fields.need(hashes(boxes.map((box) => box.hash)) === hashes(poll.boxes), "boxes: not those of the poll");
  fields.need(boxes.every((box) => toHex(box.pollId) === toHex(poll.pollId)), "poll_id: differs between poll and box");
  const one = (of: (box: BoxManifest) => string) => new Set(boxes.map(of)).size === 1;
  const line = (box: BoxManifest) => JSON.stringify(box.issuers.map((i) => [toHex(i.idKey), i.operator, i.url]));
  fields.need(one(line), "issuers: the same, in the same order, for every box of a poll");
  fields.need(one((box) => String(box.practice)), "practice: the same for every box of a poll");
  fields.need(one((box) => String(box.k)), "k: the same for every box of a poll");
  fields.distinct(boxes.flatMap((box) => box.issuers.map((i) => toHex(i.rsaN))), "rsa_n of the poll");
  fields.distinct(boxes.map((box) => toHex(box.boxKey)), "box_key of the poll");
}

function issuer(value: unknown, k: number): Issuer {
  const f = fields.record(value, "id_key", "operator", "rsa_n", "url");
  const idKey = fields.octets(f.id_key, 32, "id_key");
  fields.need(isKey(idKey), "id_key: not an Ed25519 key by the rule");
  const rsaN = fields.octets(f.rsa_n, k, "rsa_n");
  const odd = (rsaN[k - 1] as number) % 2 === 1;
  fields.need(odd && (rsaN[0] as number) >= 0x80, "rsa_n: odd, its highest bit set");
  return { idKey, operator: fields.text(f.operator, "operator"), rsaN, url: fields.text(f.url, "url", 500) };
}

function threshold(value: unknown): Threshold {
  const f = fields.record(value, "den", "num");
  const den = fields.integer(f.den, 1, 1e6, "den");
  return { den, num: fields.integer(f.num, 1, den, "num") };
}

function tiers(value: unknown): TierLimits {
  const f = fields.record(value, "band", "full", "two_way");
  const band = fields.integer(f.band, 5, 1e6, "band");
  const twoWay = fields.integer(f.two_way, Math.max(10, band), 1e6, "two_way");
  return { band, twoWay, full: fields.integer(f.full, Math.max(20, twoWay), 1e6, "full") };
}
