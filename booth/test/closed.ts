/** Closed boxes of one poll, with every key in the test's hand: an operator that can sign whatever it likes. */
import { sha256 } from "@noble/hashes/sha2.js";
import { vi } from "vitest";
import type { Checked, Chunk } from "../src/app/ceremony/chunk.ts";
import { makeBody } from "../src/core/body.ts";
import { compare, concat, systemRandom, toBase64, toHex, utf8, type Bytes } from "../src/core/bytes.ts";
import { dumps } from "../src/core/canonical.ts";
import { deriveKeys, newCard, scrutineerOf } from "../src/core/cards.ts";
import { closingText, keyName } from "../src/core/closing.ts";
import { makeHead, parseHead } from "../src/core/head.ts";
import { statementBytes } from "../src/core/issuance.ts";
import { ISSUANCE, RECEIPT } from "../src/core/labels.ts";
import { rootOfHashes } from "../src/core/merkle.ts";
import { ED25519, verifierKey } from "../src/core/note.ts";
import { parseBoxManifest, parseKeySet, parseSlate, type BoxManifest, type KeySet, type Slate } from "../src/core/objects.ts";
import { openingHash } from "../src/core/opening.ts";
import { deal } from "../src/core/sealing.ts";
import { newSeed, publicKey, sign } from "../src/core/signing.ts";
import { blind, finalize, tokenMessage } from "../src/core/token.ts";
import { blindKey, logOf } from "./world.ts";

const ORIGIN = "booth.test/practice/2026";

export interface Ballot {
  readonly head: Bytes;
  readonly body: Bytes;
}

/** One box, as the operator holds it; `close` publishes the ballots it is given, whatever they are. */
export interface Box {
  readonly manifest: BoxManifest;
  readonly hex: string;
  readonly ballots: Ballot[];
  cast(choices: readonly number[], spoil?: (body: Bytes) => Bytes): Ballot;
  /** Publishes and returns the closing text; `logged` false keeps it out of the log. */
  close(ballots: readonly Ballot[], how?: { invalid?: number; issued?: number; logged?: boolean }): string;
}

export interface Closed {
  readonly boxes: readonly Box[];
  readonly slate: Slate;
  readonly keyset: KeySet;
  readonly pollHex: string;
  readonly files: Map<string, Bytes>;
  /** Bodies that the relay hands out, by box. */
  readonly bodies: Map<string, Bytes>;
}

/** A poll with `count` boxes on one slate and one key set, all in one pool where `pool` is not empty. */
export async function makeClosed(count = 1, pool = ""): Promise<Closed> {
  const pollId = systemRandom(16);
  const people = ["甲", "乙", "丙"].map((name) => scrutineerOf(deriveKeys(newCard(), pollId), name));
  const { keyset: keysetRaw } = await deal({ pollId, scrutineers: people, grades: 3, t: 2 });
  const slateRaw = dumps({ kind: "ballot", subjects: [1, 2].map((n) => ({ code: `q${n}`, favourable: ["s", "b"], grades: ["s", "b", "d"], title: `第${n}项` })), title: "评议", v: 1 });
  const files = new Map<string, Bytes>();
  const bodies = new Map<string, Bytes>();
  const log = logOf(files);
  const publish = (type: "keyset" | "manifest", raw: Bytes) => {
    files.set(`/o/${toHex(sha256(raw))}.json`, raw);
    log(type, raw);
  };
  publish("keyset", keysetRaw);
  files.set(`/o/${toHex(sha256(slateRaw))}.json`, slateRaw);
  const [keyset, slate] = [parseKeySet(keysetRaw), parseSlate(slateRaw)];
  const boxes = Array.from({ length: count }, (_, b): Box => {
    const [seed, identity, rsa] = [newSeed(), newSeed(), blindKey(b)];
    const raw = dumps({
      box_key: toHex(publicKey(seed)), closes_at: "2026-12-02T00:00:00Z", formula: "fav-valid",
      issuers: [{ id_key: toHex(publicKey(identity)), operator: "甲", rsa_n: toHex(rsa.n), url: "https://site.test/draw" }],
      k: 256, keyset: toHex(sha256(keysetRaw)), kind: "ballot", log_origin: ORIGIN, opens_at: "2026-12-01T00:00:00Z", poll_id: toHex(pollId), pool,
      practice: true, revote: true, roll_root: "00".repeat(32), roll_size: 99, slate: toHex(sha256(slateRaw)), suite: "pj2",
      threshold: { den: 5, num: 4 }, tiers: { band: 5, full: 20, two_way: 10 }, title: `票箱${b}`, v: 1,
    });
    publish("manifest", raw);
    const manifest = parseBoxManifest(raw);
    const hex = toHex(manifest.hash);
    const ballots: Ballot[] = [];
    const cast: Box["cast"] = (choices, spoil = (body) => body) => {
      const key = newSeed();
      const message = tokenMessage(manifest.hash, publicKey(key));
      const { blinded, inverse } = blind(rsa.n, message);
      const token = finalize(rsa.n, message, rsa.sign(blinded), inverse);
      const body = spoil(makeBody({ boxHash: manifest.hash, pk: publicKey(key), keys: keyset.keys, grades: slate.gradeCounts }, choices));
      const one = { head: makeHead(manifest, key, 1, [token], body), body };
      ballots.push(one);
      return one;
    };
    const close: Box["close"] = (given, { invalid = 0, issued = given.length, logged = true } = {}) => {
      const leafOf = (one: Ballot) => parseHead(manifest, one.head).leaf;
      const sorted = [...given].sort((x, y) => compare(leafOf(x), leafOf(y)));
      const leaves = sorted.map(leafOf);
      const text = closingText({ boxHash: manifest.hash, leaves: leaves.length, root: rootOfHashes(leaves), returned: sorted.length, invalid });
      const note = verifierKey(keyName(manifest.hash), ED25519, publicKey(seed));
      const put = (name: string, content: Bytes) => files.set(`/box/${hex}/${name}`, content);
      put("closing.note", utf8(`${text}\n— ${keyName(manifest.hash)} ${toBase64(concat(note.keyId, sign(seed, utf8(text))))}\n`));
      if (logged) log("close", utf8(text));
      put("closing.tlog-proof", files.get(`/o/${logged ? toHex(sha256(utf8(text))) : hex}.tlog-proof`) as Bytes);
      put("heads.bin", concat(...sorted.map((one) => one.head)));
      put("receipts.bin", concat(...leaves.map((leaf) => sign(seed, concat(RECEIPT, manifest.hash, leaf)))));
      const statement = { box: manifest.hash, issued, issuer: 0, paper: 0, root: new Uint8Array(32) };
      const { box, root, ...numbers } = statement;
      const signature = toHex(sign(identity, concat(ISSUANCE, statementBytes(statement))));
      put("issuance.json", dumps([{ signature, statement: { ...numbers, box: toHex(box), root: toHex(root) } }]));
      bodies.set(hex, concat(...sorted.map((one) => one.body)));
      return text;
    };
    return { manifest, hex, ballots, cast, close };
  });
  return { boxes, slate, keyset, pollHex: toHex(pollId), files, bodies };
}

/** The set that these closings name. */
export function setOf(texts: ReadonlyMap<Box, string>): string {
  return toHex(openingHash([...texts].map(([box, text]) => ({ boxHash: box.manifest.hash, closingText: text }))));
}

/** The world of the worker's script, which is loaded into it once. */
const scope = { onmessage: (_event: { data: Chunk }): void => undefined, postMessage: (_answer: Checked): void => undefined };

/** What the page finds around it: a network that gives the operator's files, an empty memory, workers of the page's own code. */
export async function surround(world: Closed, asked: { boxes: readonly string[]; tier: string; [more: string]: unknown }): Promise<void> {
  const memory = new Map<string, string>();
  vi.stubGlobal("localStorage", { getItem: (key: string) => memory.get(key) ?? null, setItem: (key: string, value: string) => memory.set(key, value) });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => answer(world, asked, path, init));
  vi.stubGlobal("self", scope);
  await import("../src/pages/counting.ts");
  vi.stubGlobal("Worker", class {
    onmessage: ((event: { data: Checked }) => void) | undefined;
    postMessage(chunk: Chunk): void {
      scope.postMessage = (checked) => this.onmessage?.({ data: checked });
      scope.onmessage({ data: chunk });
    }
    terminate(): void {
      this.onmessage = undefined;
    }
  });
}

function answer(world: Closed, asked: object, path: string, init: RequestInit): Response {
  if (path === "/relay/set") return Response.json({ ok: true, ...asked });
  const wanted = path === "/relay/bodies" ? world.bodies.get((JSON.parse(String(init.body)) as { box: string }).box) : world.files.get(path);
  return wanted === undefined ? new Response(null, { status: 404 }) : new Response(wanted as BodyInit);
}
