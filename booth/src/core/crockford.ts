/** Crockford's base32 as people read and type it: no I, L, O, U; `o` reads as 0, `i` and `l` as 1. */
import { Refused, type Bytes } from "./bytes.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export class BadSymbols extends Refused {
  override name = "BadSymbols";
}

/** Eight symbols per five bytes, first bit first; the length must be a multiple of five bytes. */
export function encode(raw: Bytes): string {
  if (raw.length % 5 !== 0) throw new Error("a multiple of five bytes");
  let out = "";
  let bits = 0;
  let held = 0;
  for (const byte of raw) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(held >> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return out;
}

/** The symbols of what a person typed: spaces and hyphens dropped, capitals, look-alikes read as digits. */
export function normalise(typed: string): string {
  // Some letters of other alphabets have a plain capital (ı, ſ, ß): they are no slip of the hand.
  if (/[^\u0000-\u007f]/.test(typed)) throw new BadSymbols("a character that these codes do not use");
  const symbols = typed.toUpperCase().replace(/[ -]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  for (const symbol of symbols) {
    if (!ALPHABET.includes(symbol)) throw new BadSymbols("a character that these codes do not use");
  }
  return symbols;
}

/** The bytes of what a person typed; its symbols must be a multiple of eight. */
export function decode(typed: string): Bytes {
  const symbols = normalise(typed);
  if (symbols.length % 8 !== 0) throw new BadSymbols("a wrong number of characters");
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  for (const symbol of symbols) {
    held = (held << 5) | ALPHABET.indexOf(symbol);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return Uint8Array.from(out);
}

/** Symbols in groups of four, as printed. */
export function grouped(symbols: string): string {
  return (symbols.match(/.{1,4}/g) ?? []).join("-");
}

/** 箱号 of a hash, and likewise the short form of a leaf: its first 80 bits, XXXX-XXXX-XXXX-XXXX. */
export function boxNumber(hash: Bytes): string {
  return grouped(encode(hash.slice(0, 10)));
}
