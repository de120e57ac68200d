/** The public objects of a poll, fetched by their hashes and checked against them and against the public log. */
import { equal, fromHex, fromUtf8, refuse, Refused, toHex, type Bytes } from "../core/bytes.ts";
import {
  checkPoll, parseBoxManifest, parseKeySet, parsePollManifest, parseSlate,
  type BoxManifest, type Issuer, type KeySet, type Slate,
} from "../core/objects.ts";
import { choice } from "../core/fields.ts";
import type { LogEntryType } from "../core/proof.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { mustBeLogged, parseTrust, type Trust } from "./trust.ts";

export interface BoxFiles {
  readonly box: BoxManifest;
  readonly hex: string;
  /** null: an opinion box. */
  readonly slate: Slate | null;
  readonly keyset: KeySet;
  /** Canonical bytes as fetched, for handing over to a worker. */
  readonly raw: { readonly box: Bytes; readonly slate: Bytes | null; readonly keyset: Bytes };
}

export interface PollFiles {
  readonly hex: string;
  readonly boxes: readonly BoxFiles[];
  readonly issuers: readonly Issuer[];
  readonly practice: boolean;
  readonly trust: Trust;
}

export type Get = (path: string) => Promise<Bytes>;

/** Everything that belongs to poll_hash. Refused: something is not what its hash, its form or the log says. */
export async function fetchPoll(get: Get, pollHex: string): Promise<PollFiles> {
  const trust = parseTrust(await get("/trust.json"));
  const poll = parsePollManifest(await getObject(get, pollHex));
  const boxes = await Promise.all(poll.boxes.map((hash) => fetchBox(get, trust, toHex(hash))));
  checkPoll(poll, boxes.map(({ box }) => box));
  const first = (boxes[0] as BoxFiles).box;
  await checkLog(get, trust, first.logOrigin, "poll", pollHex);
  return { hex: pollHex, boxes, issuers: first.issuers, practice: first.practice, trust };
}

/** One box with its slate and key set, all of them in the log. */
export async function fetchBox(get: Get, trust: Trust, boxHex: string): Promise<BoxFiles> {
  const boxRaw = await getObject(get, boxHex);
  const box = parseBoxManifest(boxRaw);
  const keysetHex = toHex(box.keyset);
  const [keysetRaw, slateRaw] = await Promise.all([
    getObject(get, keysetHex),
    box.kind === "ballot" ? getObject(get, toHex(box.slate)) : null,
    checkLog(get, trust, box.logOrigin, "manifest", boxHex),
    checkLog(get, trust, box.logOrigin, "keyset", keysetHex),
  ]);
  const keyset = parseKeySet(keysetRaw);
  refuse(equal(keyset.pollId, box.pollId), "the keys belong to another poll");
  const slate = slateRaw === null ? null : parseSlate(slateRaw);
  refuse(slate === null || Math.max(...slate.gradeCounts) === keyset.keys.length, "as many keys as grades");
  return { box, hex: boxHex, slate, keyset, raw: { box: boxRaw, slate: slateRaw, keyset: keysetRaw } };
}

async function getObject(get: Get, hex: string): Promise<Bytes> {
  const raw = await get(`/o/${hex}.json`);
  refuse(equal(sha256(raw), fromHex(hex)), "the content does not have the hash that names it");
  return raw;
}

async function checkLog(get: Get, trust: Trust, origin: string, type: LogEntryType, hex: string): Promise<void> {
  mustBeLogged(trust, origin, type, hex, await get(`/o/${hex}.tlog-proof`));
}

const STATES = ["sealed", "open", "closing", "closed", "destroyed"] as const;
export type BoxState = (typeof STATES)[number];

/** What the booth says about a box; it only chooses words on the page, the box itself decides. */
export async function boxState(get: Get, boxHex: string): Promise<BoxState> {
  const answer = await get(`/state/${boxHex}.json`);
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(answer));
  } catch {
    throw new Refused("the state of the box cannot be read");
  }
  return choice((value as { state?: unknown } | null)?.state, "state", ...STATES);
}
