/** The whole set that is opened as one sum, verified in this browser. Nothing of it is taken from the server's word. */
import { toHex, utf8, type Bytes } from "../../core/bytes.ts";
import type { KeySet } from "../../core/keyset.ts";
import { openingHash } from "../../core/opening.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Slate } from "../../core/slate.ts";
import { Sums } from "../../core/sums.ts";
import { openingSets, planOf, type OpeningSet, type Place } from "../../core/tiers.ts";
import { openClosing, validOf } from "../../core/closing.ts";
import { get } from "../net.ts";
import { fetchBox } from "../pollfiles.ts";
import { parseTrust, type Trust } from "../trust.ts";
import { t } from "../words.ts";
import { fetchClosed, type ClosedBoxFiles } from "./boxfiles.ts";
import { countBox } from "./crew.ts";
import type { Seat, SetInfo } from "./seat.ts";
import { mustHold } from "./stage.ts";

export interface VerifiedSet {
  readonly info: SetInfo;
  readonly boxes: readonly ClosedBoxFiles[];
  readonly slate: Slate;
  readonly keyset: KeySet;
  readonly set: OpeningSet;
  /** opening_hash. */
  readonly opening: Bytes;
  readonly places: readonly Place[];
  readonly sums: Sums;
  readonly issued: number;
  readonly returned: number;
  readonly invalid: number;
}

/** Steps of the check, told as they are done. */
export interface Watch {
  readonly done: (sentence: string) => void;
  readonly counting: (done: number, all: number) => void;
  /** Ends the count: Stopped. */
  readonly signal?: AbortSignal;
}

/** Verifies one opening set; Fault or Refused says why it must stay shut. */
export async function verifySet(seat: Seat, info: SetInfo, watch: Watch): Promise<VerifiedSet> {
  const trust = parseTrust(await get("/trust.json"));
  const asked = await seat.ask("set", { set: info.id });
  const hexes = (asked["boxes"] as string[]).slice().sort();
  mustHold(new Set(hexes).size === hexes.length && hexes.length > 0, t("要开的票箱列得不对。"));
  const boxes: ClosedBoxFiles[] = [];
  for (const hex of hexes) boxes.push(await fetchClosed(seat, trust, hex));
  watch.done(t("票箱、钥匙、封箱单都在公开日志里，箱号对得上"));
  watch.done(t("封箱单是票箱自己签的，票头一张不多、一张不少"));
  boxes.forEach(({ files, text }) => mustNotBeSecond(files.hex, text));
  const opening = openingHash(boxes.map(({ files, text }) => ({ boxHash: files.box.hash, closingText: text })));
  mustHold(toHex(opening) === info.id, t("服务器要开的这一组票箱和封箱单算出来的不一样。"));
  boxes.forEach(({ files }) => mustNotBeOpenedOtherwise(files.hex, opening));
  const { slate, keyset } = sharedBy(boxes);
  const set = await setOf(seat, trust, boxes);
  mustHold(asked["tier"] === set.tier, t("服务器说的公布办法和规定的不一样。"));
  const places = planOf(slate, set.tier, (boxes[0] as ClosedBoxFiles).files.box.formula);
  watch.done(t("公布办法按有效票数定好：{plan}", { plan: tierWords(set.tier) }));
  const sums = await countAllBoxes(boxes, slate, watch);
  watch.done(t("每一张票的签章、签名、回执和证明都验过，无效票数和封箱单一致"));
  boxes.forEach(({ files, text }) => rememberClosing(files.hex, text));
  return {
    info, boxes, slate, keyset, set, opening, places, sums,
    issued: total(boxes, (box) => box.issued),
    returned: total(boxes, (box) => box.closing.returned),
    invalid: total(boxes, (box) => box.closing.invalid),
  };
}

function total(boxes: readonly ClosedBoxFiles[], of: (box: ClosedBoxFiles) => number): number {
  return boxes.reduce((sum, box) => sum + of(box), 0);
}

function sharedBy(boxes: readonly ClosedBoxFiles[]): { slate: Slate; keyset: KeySet } {
  const { slate, keyset } = (boxes[0] as ClosedBoxFiles).files;
  mustHold(slate !== null, t("意见箱不在这里开。"));
  const same = boxes.every(({ files }) => files.slate !== null && toHex(files.slate.hash) === toHex(slate.hash) && toHex(files.keyset.hash) === toHex(keyset.hash));
  mustHold(same, t("合并计票的票箱要用同一份选项单和同一套钥匙。"));
  return { slate, keyset };
}

/** The plan of the rules for these boxes and whatever else is in their pool: they must come out as exactly one set. */
async function setOf(seat: Seat, trust: Trust, boxes: readonly ClosedBoxFiles[]): Promise<OpeningSet> {
  const counted = boxes.map(({ files, closing }) => ({ box: files.box, valid: validOf(closing) }));
  const pool = (boxes[0] as ClosedBoxFiles).files.box.pool;
  const others = seat.state.boxes.filter((box) => pool !== "" && box.pool === pool && box.kind === "ballot" && !boxes.some(({ files }) => files.hex === box.box_hash));
  for (const { box_hash } of others) {
    const { box } = await fetchBox(get, trust, box_hash);
    counted.push({ box, valid: validOf(openClosing(await get(`/box/${box_hash}/closing.note`), box.hash, box.boxKey)) });
  }
  const names = (list: readonly Bytes[]) => list.map(toHex).sort().join();
  const mine = names(boxes.map(({ files }) => files.box.hash));
  const set = openingSets(counted).find((one) => names(one.boxes) === mine);
  mustHold(set !== undefined, t("按规定，这些票箱不能这样开：人数过少的要合起来开，其余各开各的。"));
  return set;
}

async function countAllBoxes(boxes: readonly ClosedBoxFiles[], slate: Slate, watch: Watch): Promise<Sums> {
  const sums = new Sums(slate.gradeCounts);
  for (const closed of boxes) {
    const count = await countBox(closed, { progress: watch.counting, signal: watch.signal });
    const invalid = count.invalid + closed.twins;
    mustHold(invalid === closed.closing.invalid, t("验出 {found} 张无效，封箱单上写的是 {stated} 张。", { found: invalid, stated: closed.closing.invalid }));
    if (count.sums !== null) sums.addSums(count.sums);
  }
  return sums;
}

/** An opinion box, checked like the others; its bodies open only later and in one browser. */
/** Position of the scrutineer who reads the opinion boxes: the only one who gets their bodies. */
export const READER = 1;

export async function verifyOpinionBox(seat: Seat, hex: string, progress: (done: number, all: number) => void): Promise<ClosedBoxFiles> {
  const trust: Trust = parseTrust(await get("/trust.json"));
  const closed = await fetchClosed(seat, trust, hex, seat.i === READER);
  mustHold(closed.files.box.kind === "opinion", t("这不是意见箱。"));
  mustNotBeSecond(hex, closed.text);
  await countBox(closed, { progress });
  rememberClosing(hex, closed.text);
  return closed;
}

export function tierWords(tier: OpeningSet["tier"]): string {
  if (tier === "none") return t("不足 5 张有效票，什么都不打开");
  if (tier === "band") return t("5 至 9 张有效票，只公布是否达到标准");
  if (tier === "two_way") return t("10 至 19 张有效票，只公布认同和不认同");
  return t("20 张以上有效票，各等次都公布");
}

const REMEMBERED = "pingjia-closing:";

/** Two closings of one box would let two sums be compared. This browser remembers the one that it saw. */
function mustNotBeSecond(hex: string, text: string): void {
  const before = localStorage.getItem(REMEMBERED + hex);
  mustHold(before === null || before === toHex(sha256(utf8(text))), t("这个票箱出现了第二张封箱单，和本机见过的不一样。不能开箱，请保留现场并报告上级。"));
}

function rememberClosing(hex: string, text: string): void {
  localStorage.setItem(REMEMBERED + hex, toHex(sha256(utf8(text))));
}

const OPENED = "pingjia-opened:";

/**
 * A box alone and the same box within its pool would let the two sums be subtracted, and which boxes are pooled is the server's
 * word. So this browser gives its part of a box to one set only; any two groups of t out of n, with 2t > n, share a browser.
 */
function mustNotBeOpenedOtherwise(hex: string, opening: Bytes): void {
  const before = localStorage.getItem(OPENED + hex);
  mustHold(before === null || before === toHex(opening), t("这个票箱在本机已经和另一组一起打开过，不能换一组再开。请保留现场并报告上级。"));
}

/** Before a part goes out: from now on this browser opens these boxes in this set only. */
export function rememberOpening(set: VerifiedSet): void {
  for (const { files } of set.boxes) {
    mustNotBeOpenedOtherwise(files.hex, set.opening);
    localStorage.setItem(OPENED + files.hex, toHex(set.opening));
  }
}
