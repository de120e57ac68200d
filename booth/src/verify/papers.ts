/** Poll, boxes, slate and key set: canonical, bound to each other by hashes, fit for one joint count. */
import { sha256 } from "@noble/hashes/sha2.js";
import { compare, equal, Refused, toHex, type Bytes } from "../core/bytes.ts";
import { loads } from "../core/canonical.ts";
import { SUITE } from "../core/labels.ts";
import { parseBoxManifest, parseKeySet, parsePollManifest, parseSlate, type BoxManifest } from "../core/objects.ts";
import { missingAcceptances } from "../core/sealing.ts";
import type { BoxCase, Case } from "./case.ts";
import { CannotVerify } from "./failures.ts";
import { fits, type Trust } from "./trust.ts";

/** What the reader returns, or null for input that it refuses. */
export function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Reads every object; throws CannotVerify if one names a suite that this program does not know. */
export function readPapers(c: Case): void {
  for (const name of ["keyset.json", ...c.boxes.map((box) => box.place("box.json"))]) refuseOtherSuite(c.file(name));
  for (const box of c.boxes) readBox(c, box);
  readSlate(c);
  readKeyset(c);
  for (const box of c.boxes) if (box.manifest !== null) checkBonds(c, box, box.manifest);
  checkPool(c);
}

function refuseOtherSuite(raw: Bytes | null): void {
  const value = raw === null ? null : attempt(() => loads(raw));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const suite: unknown = (value as Record<string, unknown>)["suite"];
  if (typeof suite === "string" && suite !== SUITE) throw new CannotVerify("suite", "another suite of algorithms");
}

function readBox(c: Case, box: BoxCase): void {
  const place = box.place("box.json");
  const raw = c.file(place);
  if (raw === null) return c.skip("objects");
  const manifest = attempt(() => parseBoxManifest(raw));
  if (manifest === null) c.fail("object", place, "operator");
  else if (manifest.kind !== "ballot") c.fail("not-a-ballot-box", place, "operator");
  else box.manifest = manifest;
}

function readSlate(c: Case): void {
  const raw = c.file("slate.json");
  if (raw === null) return c.skip("objects");
  c.slate = attempt(() => parseSlate(raw));
  if (c.slate === null) c.fail("object", "slate.json", "operator");
}

function readKeyset(c: Case): void {
  const raw = c.file("keyset.json");
  if (raw === null) return c.skip("objects");
  c.keyset = attempt(() => parseKeySet(raw));
  if (c.keyset === null) {
    // What a manifest names was dealt and accepted like this; anything else was put here afterwards.
    const sealed = c.manifests.some((box) => equal(box.keyset, sha256(raw)));
    c.fail("object", "keyset.json", sealed ? "scrutineers" : "operator");
  } else if (c.slate !== null && !c.paperFits) {
    c.fail("keyset-misfit", "keyset.json", "operator");
  }
}

/** Follows the hashes from the poll to the box, and from the box to slate and key set. */
function checkBonds(c: Case, box: BoxCase, manifest: BoxManifest): void {
  for (const name of ["slate", "keyset"] as const) {
    const raw = c.file(`${name}.json`);
    if (raw !== null && !equal(sha256(raw), manifest[name])) c.fail("hash-mismatch", box.place(`box.json/${name}`), "operator");
  }
  if (c.keyset !== null && manifest.pool === "" && !equal(c.keyset.pollId, manifest.pollId)) {
    // Pooled boxes of several polls share the key set of one of them.
    c.fail("keyset-misfit", box.place("box.json/poll_id"), "operator");
  }
  const place = box.place("poll.json");
  const raw = c.file(place);
  if (raw === null) return c.skip("objects");
  const poll = attempt(() => parsePollManifest(raw));
  if (poll === null) c.fail("object", place, "operator");
  else if (!poll.boxes.some((hash) => equal(hash, manifest.hash)) || !equal(poll.pollId, manifest.pollId)) {
    c.fail("poll-mismatch", place, "operator");
  }
}

/** Boxes that are opened as one sum share every rule, no key, and are not the same box twice under one name. */
function checkPool(c: Case): void {
  if (c.bundle.pooled === 1) c.fail("pool-misfit", "1/box.json", "operator");
  const earlier: BoxManifest[] = [];
  for (const box of c.boxes) {
    const manifest = box.manifest;
    if (manifest === null) continue;
    const place = box.place("box.json");
    if (c.bundle.pooled !== null && manifest.pool === "") c.fail("pool-misfit", place, "operator");
    const [first, last] = [earlier[0], earlier[earlier.length - 1]];
    if (first !== undefined && last !== undefined) {
      if (shared(manifest) !== shared(first) || compare(manifest.hash, last.hash) <= 0) c.fail("pool-misfit", place, "operator");
      const keys = earlier.flatMap(ownKeys);
      if (ownKeys(manifest).some((key) => keys.includes(key))) c.fail("key-reused", place, "operator");
      if (earlier.some((other) => equal(other.pollId, manifest.pollId) && other.title === manifest.title)) {
        c.fail("second-manifest", place, "operator");
      }
    }
    earlier.push(manifest);
  }
}

function shared({ pool, slate, keyset, tiers, formula, threshold, practice }: BoxManifest): string {
  const { band, twoWay, full } = tiers;
  return JSON.stringify([pool, toHex(slate), toHex(keyset), band, twoWay, full, formula, threshold.den, threshold.num, practice]);
}

function ownKeys(box: BoxManifest): string[] {
  return [box.boxKey, ...box.issuers.map((issuer) => issuer.rsaN)].map(toHex);
}

/** Compares the boxes with the one in the person's hand, and with those that the trust file names. */
export function checkWanted(c: Case, wanted: string | null, trust: Trust | null): void {
  const hashes = c.manifests.map((manifest) => manifest.hash);
  if (wanted !== null && !hashes.some((hash) => fits(wanted, hash))) c.fail("wrong-box", "zip", "operator");
  if (trust !== null && trust.boxes.length > 0 && !hashes.every((hash) => trust.boxes.includes(toHex(hash)))) {
    c.fail("wrong-box", "zip", "operator");
  }
}

/** Every scrutineer accepted the key set; accepts.bin holds 64 bytes of each and nothing else. */
export function checkAcceptances(c: Case): void {
  const raw = c.file("accepts.bin");
  if (raw === null || c.keyset === null) return c.skip("keys");
  for (const i of missingAcceptances(c.keyset, raw)) c.fail("acceptance", `accepts.bin/${i}`, "scrutineer", i);
  if (raw.length > 64 * c.keyset.n) c.fail("acceptance", "accepts.bin", "operator");
}
