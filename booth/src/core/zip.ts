/**
 * Bundles: zip files in one fixed form, stored entries one after the other, dated 1980-01-01, without gaps, extra fields, attributes
 * or comments (docs/spec/ballot.md §14.3). Any other byte is refused.
 */
import { fromUtf8, Refused, type Bytes } from "./bytes.ts";

/** The file is no bundle, or it is damaged. */
export class BadZip extends Refused {
  override name = "BadZip";
}

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Bytes;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 10; // stored files need version 1.0
const DATE_1980_01_01 = 0x21;

/** The entries in their order; names are distinct and of a–z, 0–9, dot, hyphen and slash. */
export function readStoredZip(raw: Bytes): ZipEntry[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const u16 = (at: number) => (check(at + 2 <= raw.length, "cut off"), view.getUint16(at, true));
  const u32 = (at: number) => (check(at + 4 <= raw.length, "cut off"), view.getUint32(at, true));
  const zero = (...fields: readonly number[]) => check(fields.every((field) => field === 0), "a field that must be empty");
  const end = raw.length - 22;
  check(end >= 0 && u32(end) === END, "no zip, or with a comment");
  zero(u16(end + 4), u16(end + 6), u16(end + 20));
  const count = u16(end + 8);
  check(u16(end + 10) === count, "in parts");
  let central = u32(end + 16);
  check(central + u32(end + 12) === end, "the directory does not stand at the end");
  const directory = central;
  check(count < 0xffff, "too many entries");
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let local = 0;
  for (let n = 0; n < count; n++) {
    check(u32(central) === CENTRAL && u32(local) === LOCAL, "not a stored zip");
    // The local header repeats what the directory says, field by field from "version needed" to "extra length".
    for (let field = 0; field < 26; field += 2) check(u16(local + 4 + field) === u16(central + 6 + field), "header and directory differ");
    const [version, flags, method, time, date] = [4, 6, 8, 10, 12].map((at) => u16(local + at));
    check(version === VERSION && u16(central + 4) === VERSION, "another version");
    zero(flags as number, method as number, time as number, u16(central + 36), u32(central + 38));
    check(date === DATE_1980_01_01, "dated otherwise");
    const [crc, size, nameLength] = [u32(local + 14), u32(local + 22), u16(local + 26)];
    check(u32(local + 18) === size, "compressed");
    zero(u16(local + 28), u16(central + 32), u16(central + 34));
    check(u32(central + 42) === local, "out of place");
    const data = local + 30 + nameLength;
    check(data + size <= directory, "cut off");
    const name = entryName(raw.slice(local + 30, data));
    check(name === entryName(raw.slice(central + 46, central + 46 + nameLength)), "header and directory differ");
    check(!names.has(name), "two entries of one name");
    names.add(name);
    const bytes = raw.slice(data, data + size);
    check(crc32(bytes) === crc, "damaged");
    entries.push({ name, bytes });
    local = data + size;
    central += 46 + nameLength;
  }
  check(local === directory && central === end, "bytes between the entries");
  return entries;
}

function entryName(raw: Bytes): string {
  const name = fromUtf8(raw);
  check(/^[a-z0-9][a-z0-9.\/-]{0,254}$/.test(name), "not a name of a bundle's entry");
  return name;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** CRC-32 of ISO 3309, as zip uses it. */
export function crc32(bytes: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function check(condition: unknown, why: string): asserts condition {
  if (!condition) throw new BadZip(why);
}
