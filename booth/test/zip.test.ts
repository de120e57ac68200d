import { describe, expect, it } from "vitest";
import { ascii, concat, utf8, type Bytes } from "../src/core/bytes.ts";
import { crc32, readStoredZip } from "../src/core/zip.ts";
import { refusal, text } from "./vectors.ts";

const le = (value: number, length: number): Bytes => Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);

interface Twist {
  method?: number;
  flags?: number;
  date?: number;
  extra?: Bytes;
  comment?: Bytes;
  gap?: Bytes;
  crc?: number;
}

/** A stored zip as the format's appendix lays it out, with one thing done differently. */
function zip(entries: [string, Bytes][], twist: Twist = {}): Bytes {
  const { method = 0, flags = 0, date = 0x21, extra = new Uint8Array(0), comment = new Uint8Array(0), gap = new Uint8Array(0) } = twist;
  const locals: Bytes[] = [];
  const directory: Bytes[] = [];
  let at = 0;
  for (const [name, bytes] of entries) {
    const crc = twist.crc ?? crc32(bytes);
    const shared = [le(10, 2), le(flags, 2), le(method, 2), le(0, 2), le(date, 2), le(crc, 4), le(bytes.length, 4), le(bytes.length, 4), le(utf8(name).length, 2), le(extra.length, 2)];
    const local = concat(le(0x04034b50, 4), ...shared, utf8(name), extra, bytes, gap);
    directory.push(concat(le(0x02014b50, 4), le(10, 2), ...shared, le(0, 2), le(0, 2), le(0, 2), le(0, 4), le(at, 4), utf8(name), extra));
    locals.push(local);
    at += local.length;
  }
  const central = concat(...directory);
  const end = concat(le(0x06054b50, 4), le(0, 4), le(entries.length, 2), le(entries.length, 2), le(central.length, 4), le(at, 4), le(comment.length, 2), comment);
  return concat(...locals, central, end);
}

const entries: [string, Bytes][] = [["poll.json", text("{}")], ["1/heads.bin", new Uint8Array(300).fill(7)], ["1/empty.bin", new Uint8Array(0)]];

describe("bundles", () => {
  it("give their entries in order", () => {
    expect(readStoredZip(zip(entries)).map(({ name, bytes }) => [name, bytes])).toEqual(entries);
    expect(readStoredZip(zip([]))).toEqual([]);
  });

  it("have the CRC of the standard's check value", () => {
    expect(crc32(ascii("123456789"))).toBe(0xcbf43926);
  });

  const good = zip(entries);
  const bad: Record<string, Bytes> = {
    empty: new Uint8Array(0),
    "cut off": good.slice(0, -1),
    "cut in front": good.slice(1),
    "bytes after": concat(good, Uint8Array.of(0)),
    "bytes before": concat(Uint8Array.of(0), good),
    "a comment": zip(entries, { comment: text("hello") }),
    "an extra field": zip(entries, { extra: new Uint8Array(4) }),
    "a gap": zip(entries, { gap: new Uint8Array(1) }),
    compressed: zip(entries, { method: 8 }),
    "encrypted or streamed": zip(entries, { flags: 8 }),
    "another date": zip(entries, { date: 0x22 }),
    damaged: zip(entries, { crc: 1 }),
    "a name twice": zip([entries[0]!, entries[0]!]),
    "a foreign name": zip([["评家.json", text("{}")]]),
    "a name that climbs": zip([["../x", text("{}")]]),
    "an absolute name": zip([["/x", text("{}")]]),
  };
  it.each(Object.entries(bad))("are refused: %s", (_, raw) => {
    expect(refusal(() => readStoredZip(raw))).toMatch(/BadZip|Refused/);
  });

  it("are refused with any one byte changed", () => {
    const accepted: number[] = [];
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice();
      changed[at] = changed[at]! ^ 64;
      if (refusal(() => readStoredZip(changed)) === "") accepted.push(at);
    }
    expect(accepted).toEqual([]);
  });
});
