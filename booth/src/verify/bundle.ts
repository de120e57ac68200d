/** The bundle: one file from which an outsider recounts a box, or a pool of boxes (docs/spec/bundle.md). */
import { ascii, concat, equal, Refused, type Bytes } from "../core/bytes.ts";
import { crc32, readStoredZip, type ZipEntry } from "../core/zip.ts";
import { CannotVerify } from "./failures.ts";

const ONE_BOX = [
  "poll.json",
  "box.json",
  "slate.json",
  "keyset.json",
  "manifest.tlog-proof",
  "accepts.bin",
  "heads.bin",
  "receipts.bin",
  "closing.note",
  "closing.tlog-proof",
  "issuance.json",
  "result.json",
  "result.sigs",
  "bodies.bin",
  "partials.bin",
];
const SHARED_FIRST = ["slate.json", "keyset.json", "accepts.bin"];
const SHARED_LAST = ["result.json", "result.sigs", "partials.bin"];
const OF_EACH_BOX = [
  "poll.json",
  "box.json",
  "manifest.tlog-proof",
  "heads.bin",
  "receipts.bin",
  "closing.note",
  "closing.tlog-proof",
  "issuance.json",
  "bodies.bin",
];
const LONGEST_NAME = 255;

/** Names of a bundle in their order; `boxes` is null for a bundle of one box; `published`: with bodies and partials. */
export function names(boxes: number | null, published: boolean): string[] {
  const each = Array.from({ length: boxes ?? 0 }, (_, n) => OF_EACH_BOX.map((name) => `${n + 1}/${name}`)).flat();
  const all = boxes === null ? ONE_BOX : [...SHARED_FIRST, ...each, ...SHARED_LAST];
  return all.filter((name) => published || !/(^|\/)(bodies|partials)\.bin$/.test(name));
}

export interface Bundle {
  readonly entries: ReadonlyMap<string, Bytes>;
  /** Number of pooled boxes, or null for the layout of one box. */
  readonly pooled: number | null;
  /** What stands before the names of each box. */
  readonly prefixes: readonly string[];
}

/** Takes a bundle apart; throws CannotVerify if it is no zip of the one shape. */
export function readBundle(raw: Bytes): Bundle {
  let list: ZipEntry[];
  try {
    list = readStoredZip(raw);
  } catch (error) {
    if (error instanceof Refused) throw new CannotVerify("zip", error.message);
    throw error;
  }
  if (list.some(({ name }) => name.length > LONGEST_NAME) || !equal(writeZip(list), raw)) {
    throw new CannotVerify("zip", "not in the one form");
  }
  const entries = new Map(list.map(({ name, bytes }) => [name, bytes]));
  const pooled = poolSize(entries);
  return { entries, pooled, prefixes: pooled === null ? [""] : Array.from({ length: pooled }, (_, n) => `${n + 1}/`) };
}

function poolSize(entries: ReadonlyMap<string, Bytes>): number | null {
  if (entries.has("box.json") || !entries.has("1/box.json")) return null;
  const numbers = new Set([...entries.keys()].map((name) => /^([1-9][0-9]{0,2})\//.exec(name)?.[1]));
  let boxes = 0;
  while (numbers.has(String(boxes + 1))) boxes++;
  return boxes;
}

/** The one byte string that holds these entries: stored, version 1.0, dated 1980-01-01, nothing else. */
function writeZip(entries: readonly ZipEntry[]): Bytes {
  const body: Bytes[] = [];
  const directory: Bytes[] = [];
  let at = 0;
  for (const { name, bytes } of entries) {
    const common: [number, 2 | 4][] = [
      [10, 2], [0, 2], [0, 2], [0, 2], [0x21, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [name.length, 2], [0, 2],
    ];
    const local = concat(littleEndian([0x04034b50, 4], ...common), ascii(name), bytes);
    directory.push(littleEndian([0x02014b50, 4], [10, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), ascii(name));
    body.push(local);
    at += local.length;
  }
  const central = concat(...directory);
  const count = entries.length;
  const end = littleEndian([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [central.length, 4], [at, 4], [0, 2]);
  return concat(...body, central, end);
}

function littleEndian(...fields: readonly (readonly [number, 2 | 4])[]): Bytes {
  const out = new Uint8Array(fields.reduce((sum, [, length]) => sum + length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [value, length] of fields) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += length;
  }
  return out;
}
