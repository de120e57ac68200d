/** A closed box as a scrutineer takes it: every public file of it, fetched and checked before anything is opened. */
import { compare, equal, toHex, type Bytes } from "../../core/bytes.ts";
import { closingText, openClosing, strictlyAscending, type Closing } from "../../core/closing.ts";
import { bodyLength } from "../../core/body.ts";
import { headLength, parseHead, type Head } from "../../core/head.ts";
import { readStatements, statementHolds } from "../../core/issuance.ts";
import { rootOfHashes } from "../../core/merkle.ts";
import { BODY_LENGTH } from "../../core/opinion.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { get } from "../net.ts";
import { fetchBox, type BoxFiles } from "../pollfiles.ts";
import { mustBeLogged, type Trust } from "../trust.ts";
import { t } from "../words.ts";
import { utf8 } from "../../core/bytes.ts";
import type { Seat } from "./seat.ts";
import { mustHold } from "./stage.ts";

export interface Leaf {
  readonly head: Head;
  readonly receipt: Bytes;
  /** The body, where this head is the one that counts for its key. */
  readonly body: Bytes | null;
}

export interface ClosedBoxFiles {
  readonly files: BoxFiles;
  readonly closing: Closing;
  readonly text: string;
  readonly leaves: readonly Leaf[];
  /** Least number over the issuers. */
  readonly issued: number;
  /** Keys that come with two heads of one number: returned, invalid, without a body. */
  readonly twins: number;
}

/** Fetches and checks everything but what needs many products: tokens, signatures, receipts, proofs (see counting.ts). */
export async function fetchClosed(seat: Seat, trust: Trust, hex: string, withBodies = true): Promise<ClosedBoxFiles> {
  const files = await fetchBox(get, trust, hex);
  const { box } = files;
  mustHold(toHex(box.pollId) === seat.state.poll_id, t("这个票箱不是这次投票的。"));
  const at = (name: string) => get(`/box/${hex}/${name}`);
  const [note, proof, headsRaw, receipts, issuance] = await Promise.all(
    ["closing.note", "closing.tlog-proof", "heads.bin", "receipts.bin", "issuance.json"].map(at) as [Promise<Bytes>, Promise<Bytes>, Promise<Bytes>, Promise<Bytes>, Promise<Bytes>],
  );
  const closing = openClosing(note, box.hash, box.boxKey);
  const text = closingText(closing);
  mustBeLogged(trust, box.logOrigin, "close", toHex(sha256(utf8(text))), proof);
  const heads = readHeads(files, headsRaw, closing);
  mustHold(receipts.length === 64 * heads.length, t("回执的份数和票头的份数不一样。"));
  const counted = countedHeads(files, heads, closing);
  const bodies = withBodies ? splitBodies(files, await seat.askBytes("bodies", { box: hex }), counted.length) : [];
  const bodyOf = new Map(counted.map((head, n) => [head, bodies[n] ?? null]));
  const leaves = heads.map((head, n) => ({ head, receipt: receipts.slice(64 * n, 64 * n + 64), body: bodyOf.get(head) ?? null }));
  return { files, closing, text, leaves, issued: readIssued(files, issuance, closing), twins: closing.returned - counted.length };
}

function readHeads({ box }: BoxFiles, raw: Bytes, closing: Closing): Head[] {
  const length = headLength(box);
  mustHold(raw.length === length * closing.leaves, t("票头的份数和封箱单不一样。"));
  const heads = Array.from({ length: closing.leaves }, (_, n) => parseHead(box, raw.slice(n * length, (n + 1) * length)));
  const hashes = heads.map((head) => head.leaf);
  mustHold(strictlyAscending(hashes), t("票头没有按次序排好，或者有重复。"));
  mustHold(equal(rootOfHashes(hashes), closing.root), t("票头合起来和封箱单上的总印不一样：有票被加进来或拿走了。"));
  return heads;
}

/** The head that counts of each key: its highest number. Numbers run from 1 without a gap. */
function countedHeads({ box }: BoxFiles, heads: readonly Head[], closing: Closing): Head[] {
  const byKey = new Map<string, Head[]>();
  for (const head of heads) {
    const key = toHex(head.pk);
    byKey.set(key, [...(byKey.get(key) ?? []), head]);
  }
  mustHold(byKey.size === closing.returned, t("收回的张数和封箱单不一样。"));
  const counted: Head[] = [];
  for (const mine of byKey.values()) {
    const numbers = new Set(mine.map((head) => head.seq));
    mustHold(Math.max(...numbers) === numbers.size, t("有一张票的改票次序断了：缺了中间的一张。"));
    mustHold(box.revote || numbers.size === 1, t("这个票箱不许改票，却有改过的票。"));
    if (numbers.size < mine.length) continue; // twins
    counted.push(mine.reduce((best, head) => (head.seq > best.seq ? head : best)));
  }
  return counted.sort((x, y) => compare(x.leaf, y.leaf));
}

function splitBodies({ slate }: BoxFiles, raw: Bytes, count: number): Bytes[] {
  const length = slate === null ? BODY_LENGTH : bodyLength(slate.gradeCounts);
  mustHold(raw.length === length * count, t("票体的份数和票头对不上：缺了票，或者多了票。"));
  return Array.from({ length: count }, (_, n) => raw.slice(n * length, (n + 1) * length));
}

function readIssued({ box }: BoxFiles, raw: Bytes, closing: Closing): number {
  const signed = readStatements(raw);
  mustHold(signed.length === box.issuers.length, t("发票单的份数和发票方不一样。"));
  signed.forEach((one, j) => {
    const issuer = box.issuers[j];
    const mine = one.statement.issuer === j && equal(one.statement.box, box.hash);
    mustHold(issuer !== undefined && mine && statementHolds(issuer.idKey, one), t("发票单的签名不对。"));
    mustHold(one.statement.issued <= box.rollSize, t("发出的票比应到的人还多。"));
  });
  const issued = Math.min(...signed.map((one) => one.statement.issued));
  mustHold(closing.returned <= issued, t("收回的票比发出的还多：按规定，这次投票作废。"));
  return issued;
}
