/** A whole small world in one process: an issuer with a real RSA key, boxes with real keys, a log with a real checkpoint. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { ascii, bigFromBytesBE, bigToBytesBE, concat, fromBase64Url, systemRandom, toBase64, toHex, utf8, type Bytes } from "../src/core/bytes.ts";
import { dumps } from "../src/core/canonical.ts";
import { deriveKeys, newCard, scrutineerOf } from "../src/core/cards.ts";
import { headLength, parseHead, signatureHolds, tokensHold } from "../src/core/head.ts";
import { RECEIPT } from "../src/core/labels.ts";
import { ED25519, verifierKey, verifierKeyText } from "../src/core/note.ts";
import { parseBoxManifest, type BoxManifest } from "../src/core/objects.ts";
import { logLeaf, type LogEntryType } from "../src/core/proof.ts";
import { answerBytes } from "../src/core/receipt.ts";
import { deal } from "../src/core/sealing.ts";
import { newSeed, publicKey, sign } from "../src/core/signing.ts";
import { Unreachable } from "../src/app/net.ts";

const ORIGIN = "booth.test/practice/2026";

/** Issuer j's key for one box: signs what it is given, as RFC 9474 §4.3 BlindSign does. */
export interface BlindKey {
  readonly n: Bytes;
  readonly sign: (blinded: Bytes) => Bytes;
}

const KEYS: BlindKey[] = [];

/** Key n of this process; making one takes a while, so worlds share them. */
export function blindKey(n: number): BlindKey {
  while (KEYS.length <= n) KEYS.push(newBlindKey());
  return KEYS[n] as BlindKey;
}

function newBlindKey(): BlindKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }) as string).export({ format: "jwk" }) as { n: string; d: string };
  const n = fromBase64Url(jwk.n);
  const [modulus, d] = [bigFromBytesBE(n), bigFromBytesBE(fromBase64Url(jwk.d))];
  return { n, sign: (blinded) => bigToBytesBE(power(bigFromBytesBE(blinded), d, modulus), n.length) };
}

function power(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n;
  for (let square = base % n, left = exponent; left > 0n; left >>= 1n, square = (square * square) % n) {
    if (left & 1n) result = (result * square) % n;
  }
  return result;
}

export interface World {
  readonly pollHex: string;
  readonly boxes: readonly BoxManifest[];
  readonly trust: Bytes;
  readonly get: (path: string) => Promise<Bytes>;
  readonly post: (path: string, body: Bytes) => Promise<Bytes>;
  /** Blind signatures of issuer j for all boxes. */
  readonly issue: (j: number, blinded: readonly Bytes[]) => Bytes;
  /** Records that a box took, by box_hash. */
  readonly taken: Map<string, Bytes[]>;
  /** What the next drops do: nothing, lose the network before or after, or answer with a status. */
  readonly next: ("before" | "after" | number)[];
  readonly files: Map<string, Bytes>;
}

export async function makeWorld({ issuers = 1, revote = true, opinions = true, practice = true } = {}): Promise<World> {
  const pollId = systemRandom(16);
  const people = ["甲", "乙", "丙"].map((name) => scrutineerOf(deriveKeys(newCard(), pollId), name));
  const { keyset } = await deal({ pollId, scrutineers: people, grades: 3, t: 2 });
  const subject = (n: number) => ({ code: `q${n}`, favourable: ["s", "b"], grades: ["s", "b", "d"], title: `第${n}项` });
  const slate = dumps({ kind: "ballot", subjects: [1, 2].map(subject), title: "评议", v: 1 });
  const identities = Array.from({ length: issuers }, () => newSeed());
  const kinds = opinions ? (["ballot", "opinion"] as const) : (["ballot"] as const);
  const keys = kinds.map((_, b) => identities.map((__, j) => blindKey(b * issuers + j)));
  const boxSeeds = kinds.map(() => newSeed());
  const raws = kinds.map((kind, b) =>
    dumps({
      box_key: toHex(publicKey(boxSeeds[b] as Bytes)), closes_at: "2026-12-02T00:00:00Z", formula: "fav-valid",
      issuers: identities.map((seed, j) => ({
        id_key: toHex(publicKey(seed)), operator: `甲${j}`, rsa_n: toHex((keys[b] as BlindKey[])[j]?.n as Bytes), url: `https://site${j}.test/draw`,
      })),
      k: 256, keyset: toHex(sha256(keyset)), kind, log_origin: ORIGIN, opens_at: "2026-12-01T00:00:00Z", poll_id: toHex(pollId), pool: "",
      practice, revote: kind === "ballot" && revote, roll_root: "00".repeat(32), roll_size: 9,
      slate: kind === "ballot" ? toHex(sha256(slate)) : "00".repeat(32), suite: "pj2", threshold: { den: 5, num: 4 },
      tiers: { band: 5, full: 20, two_way: 10 }, title: kind === "ballot" ? "票箱" : "意见箱", v: 1,
    }),
  );
  const boxes = raws.map(parseBoxManifest);
  const poll = dumps({ boxes: boxes.map((box) => toHex(box.hash)), poll_id: toHex(pollId), v: 1 });
  const files = new Map<string, Bytes>();
  const log = logOf(files);
  for (const [type, raw] of [["poll", poll], ["keyset", keyset], ...raws.map((raw) => ["manifest", raw] as const)] as [LogEntryType, Bytes][]) {
    files.set(`/o/${toHex(sha256(raw))}.json`, raw);
    log(type, raw);
  }
  files.set(`/o/${toHex(sha256(slate))}.json`, slate);
  const taken = new Map<string, Bytes[]>(boxes.map((box) => [toHex(box.hash), []]));
  const next: World["next"] = [];
  return {
    pollHex: toHex(sha256(poll)), boxes, taken, next, files,
    trust: files.get("/trust.json") as Bytes,
    get: async (path) => files.get(path) ?? lost(404),
    post: async (path, body) => drop(boxes, boxSeeds, taken, next, path, body),
    issue: (j, blinded) => concat(...blinded.map((one, b) => (keys[b] as BlindKey[])[j]?.sign(one) as Bytes)),
  };
}

function lost(status: number): never {
  throw new Unreachable(status);
}

/** A log in which every entry is a tree of its own: enough to prove each one. */
export function logOf(files: Map<string, Bytes>): (type: LogEntryType, raw: Bytes) => void {
  const seed = newSeed();
  const key = verifierKey(ORIGIN, ED25519, publicKey(seed));
  files.set("/trust.json", dumps({ logs: [{ origin: ORIGIN, vkey: verifierKeyText(key) }], quorum: 0, site: "https://site0.test", v: 1, witnesses: [] }));
  return (type, raw) => {
    const hex = toHex(sha256(raw));
    const text = `${ORIGIN}\n1\n${toBase64(logLeaf(type, hex))}\n`;
    const note = `${text}\n— ${ORIGIN} ${toBase64(concat(key.keyId, sign(seed, utf8(text))))}\n`;
    files.set(`/o/${hex}.tlog-proof`, concat(ascii("c2sp.org/tlog-proof@v1\nindex 0\n\n"), utf8(note)));
  };
}

function drop(boxes: readonly BoxManifest[], seeds: readonly Bytes[], taken: World["taken"], next: World["next"], path: string, body: Bytes): Bytes {
  const what = next.shift();
  if (what === "before") lost(0);
  if (typeof what === "number") return answerBytes(what);
  const b = boxes.findIndex((box) => path === `/drop/${toHex(box.hash)}`);
  const box = boxes[b] as BoxManifest;
  const head = parseHead(box, body.slice(0, headLength(box)));
  if (!tokensHold(box, head)) return answerBytes(4);
  if (!signatureHolds(box, head)) return answerBytes(5);
  const mine = taken.get(toHex(box.hash)) as Bytes[];
  if (!mine.some((record) => toHex(record) === toHex(body))) mine.push(body);
  if (what === "after") lost(0);
  return answerBytes(0, sign(seeds[b] as Bytes, concat(RECEIPT, box.hash, head.leaf)));
}

