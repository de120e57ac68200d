/** What lies in a box: heads, receipts, the closing note over them, and the bodies that count. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bodyLength } from "../core/body.ts";
import { compare, equal, toHex, type Bytes } from "../core/bytes.ts";
import { openClosing } from "../core/closing.ts";
import { headLength, parseHead, type Head } from "../core/head.ts";
import { leafHash, rootOfHashes } from "../core/merkle.ts";
import { Sums } from "../core/sums.ts";
import type { BoxCase, Case, Counted } from "./case.ts";
import { attempt } from "./papers.ts";
import { addOutcome, type BodiesTask, type HeadsTask } from "./work.ts";

const RECEIPT = 64;

/** `raw` in pieces of `length` bytes; what is left over at the end is dropped. */
export function pieces(raw: Bytes, length: number): Bytes[] {
  return Array.from({ length: Math.floor(raw.length / length) }, (_, n) => raw.slice(n * length, (n + 1) * length));
}

/** Opens the closing note: exactly the box's key signed exactly such a text. */
export function readClosing(c: Case, box: BoxCase): void {
  const place = box.place("closing.note");
  const [raw, manifest] = [c.file(place), box.manifest];
  if (raw === null || manifest === null) return c.skip("closing");
  box.closing = attempt(() => openClosing(raw, manifest.hash, manifest.boxKey));
  if (box.closing === null) c.fail("closing", place, "box");
}

/** Checks every head and receipt, the order of the leaves, and what counts. */
export async function checkHeads(c: Case, box: BoxCase): Promise<void> {
  const place = box.place("heads.bin");
  const [raw, manifest, manifestRaw] = [c.file(place), box.manifest, c.file(box.place("box.json"))];
  if (raw === null || manifest === null || manifestRaw === null) return c.skip("heads", "receipts", "closing");
  const length = headLength(manifest);
  if (raw.length % length !== 0) c.fail("heads-length", place, "box");
  const heads = pieces(raw, length);
  const receipts = receiptsOf(c, box, heads.length);
  const tasks: HeadsTask[] = [];
  for (let start = 0; start < heads.length; start += c.chunk) {
    const end = start + c.chunk;
    tasks.push({ kind: "heads", box: manifestRaw, start, heads: heads.slice(start, end), receipts: receipts.slice(start, end) });
  }
  const malformed = new Set<number>();
  for (const { faults } of await c.run(tasks)) {
    for (const { n, code } of faults) {
      c.fail(code, box.place(`${code === "receipt" ? "receipts.bin" : "heads.bin"}/${n}`), "box");
      if (code === "head-form") malformed.add(n);
    }
  }
  const leaves = heads.map(leafHash);
  leaves.forEach((leaf, n) => {
    if (n > 0 && compare(leaves[n - 1] as Bytes, leaf) >= 0) c.fail("head-order", `${place}/${n}`, "box");
  });
  heads.forEach((one, n) => {
    if (!malformed.has(n)) box.heads.set(n, parseHead(manifest, one));
  });
  count(c, box);
  compareWithClosing(c, box, leaves);
}

/** One receipt for every head; no bytes where there is none. */
function receiptsOf(c: Case, box: BoxCase, count: number): Bytes[] {
  const raw = c.file(box.place("receipts.bin"));
  const none = new Uint8Array(0);
  if (raw === null) {
    c.skip("receipts");
    return new Array<Bytes>(count).fill(none);
  }
  if (raw.length !== RECEIPT * count) c.fail("receipts-length", box.place("receipts.bin"), "box");
  const found = pieces(raw, RECEIPT);
  return Array.from({ length: count }, (_, n) => found[n] ?? none);
}

/** Selects the heads that count; gaps and twins of a key show at its first head. */
function count(c: Case, box: BoxCase): void {
  const distinct = new Map([...box.heads.values()].map((head) => [toHex(head.raw), head]));
  box.counted = select([...distinct.values()]);
  const first = new Map<string, number>();
  for (const [n, head] of box.heads) if (!first.has(toHex(head.pk))) first.set(toHex(head.pk), n);
  for (const pk of box.counted.gaps) c.fail("seq-gap", box.place(`heads.bin/${first.get(pk)}`), "box");
  for (const pk of box.counted.twins) {
    c.fail("seq-twins", box.place(`heads.bin/${first.get(pk)}`), "box");
    c.fail("seq-twins", box.place(`heads.bin/${first.get(pk)}`), "voter");
  }
}

/** Per one-time key the highest sequence number counts; of two heads with one number (twins) neither does. */
function select(heads: readonly Head[]): Counted {
  const byKey = new Map<string, Head[]>();
  for (const head of heads) byKey.set(toHex(head.pk), [...(byKey.get(toHex(head.pk)) ?? []), head]);
  const [counted, twins, gaps]: [Head[], string[], string[]] = [[], [], []];
  for (const [pk, own] of byKey) {
    own.sort((x, y) => x.seq - y.seq);
    const numbers = own.map((head) => head.seq);
    if (new Set(numbers).size < numbers.length) twins.push(pk);
    else counted.push(own[own.length - 1] as Head);
    if (![...new Set(numbers)].every((seq, at) => seq === at + 1)) gaps.push(pk);
  }
  return { returned: byKey.size, heads: counted.sort((x, y) => compare(x.leaf, y.leaf)), twins, gaps };
}

function compareWithClosing(c: Case, box: BoxCase, leaves: readonly Bytes[]): void {
  const { closing: stated, counted } = box;
  if (stated === null || counted === null) return;
  const place = box.place("closing.note");
  if (stated.leaves !== leaves.length) c.fail("leaf-count", place, "box");
  if (!equal(stated.root, rootOfHashes(leaves))) c.fail("root-mismatch", place, "box");
  if (stated.returned !== counted.returned) c.fail("returned-mismatch", place, "box");
  if (stated.invalid < counted.twins.length) c.fail("invalid-mismatch", place, "box");
}

/** Finds the body of every head that counts, checks its proofs, and adds the valid ones up. */
export async function checkBodies(c: Case, box: BoxCase): Promise<void> {
  const [raw, slate, keyset] = [c.file(box.place("bodies.bin")), c.file("slate.json"), c.file("keyset.json")];
  const { manifest, counted } = box;
  if (!c.published) return;
  const grades = c.paperFits ? c.slate?.gradeCounts : undefined;
  const there = raw !== null && slate !== null && keyset !== null && manifest !== null && counted !== null;
  if (!there || grades === undefined) return c.skip("bodies");
  const length = bodyLength(grades);
  if (raw.length % length !== 0) c.fail("bodies-length", box.place("bodies.bin"), "box");
  const places = new Map([...box.heads].reverse().map(([n, head]) => [toHex(head.raw), n]));
  const { pairs, complete } = match(c, box, counted.heads, pieces(raw, length), places);
  const ballots = pairs.map(({ head, body }) => ({ pk: head.pk, body }));
  const tasks: BodiesTask[] = [];
  for (let at = 0; at < ballots.length; at += c.chunk) {
    tasks.push({ kind: "bodies", boxHash: manifest.hash, slate, keyset, ballots: ballots.slice(at, at + c.chunk) });
  }
  const outcomes = await c.run(tasks);
  const sums = new Sums(grades);
  for (const outcome of outcomes) addOutcome(sums, outcome);
  const verdicts = outcomes.flatMap((outcome) => outcome.valid);
  box.invalidHeads = pairs.filter((_, n) => verdicts[n] === false).map(({ head }) => places.get(toHex(head.raw)) as number);
  if (!complete) return;
  box.sums = sums;
  const invalid = counted.twins.length + box.invalidHeads.length;
  if (box.closing !== null && box.closing.invalid !== invalid) c.fail("invalid-mismatch", box.place("closing.note"), "box");
}

interface Matched {
  readonly pairs: readonly { readonly head: Head; readonly body: Bytes }[];
  readonly complete: boolean;
}

/** Walks along heads and bodies in their common order; `complete` if nothing was missing or extra. */
function match(c: Case, box: BoxCase, heads: readonly Head[], bodies: readonly Bytes[], places: ReadonlyMap<string, number>): Matched {
  const ahead = new Map<string, number>();
  const add = (hash: string, by: number) => ahead.set(hash, (ahead.get(hash) ?? 0) + by);
  for (const head of heads) add(toHex(head.bodyHash), 1);
  const pairs: { head: Head; body: Bytes }[] = [];
  let complete = true;
  let at = 0;
  const missing = (head: Head) => {
    c.fail("body-missing", box.place(`heads.bin/${places.get(toHex(head.raw))}`), "box");
    complete = false;
  };
  bodies.forEach((body, m) => {
    const found = toHex(sha256(body));
    if ((ahead.get(found) ?? 0) === 0) {
      c.fail("body-extra", box.place(`bodies.bin/${m}`), "box");
      complete = false;
      return;
    }
    for (; toHex((heads[at] as Head).bodyHash) !== found; at++) {
      missing(heads[at] as Head);
      add(toHex((heads[at] as Head).bodyHash), -1);
    }
    pairs.push({ head: heads[at++] as Head, body });
    add(found, -1);
  });
  for (const head of heads.slice(at)) missing(head);
  return { pairs, complete };
}
