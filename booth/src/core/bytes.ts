/** Bytes: joining, comparing, integers and text forms. No cryptography and no formats. */

export type Bytes = Uint8Array;

/** Source of random bytes. The default is the system's; only tests and fixed vectors give another. */
export type Random = (length: number) => Bytes;

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Input that breaks a format or a rule. Our own mistakes throw plain Errors instead. */
export class Refused extends Error {
  override name = "Refused";
}

export function refuse(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Refused(why);
}

export function concat(...parts: readonly Bytes[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Equality of public bytes; the time taken tells where they differ. */
export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Order of unsigned bytes from the left: negative, zero, positive. */
export function compare(a: Bytes, b: Bytes): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

export function toHex(bytes: Bytes): string {
  let out = "";
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** Lower-case hex only; `length` in bytes is checked when given. */
export function fromHex(text: string, length?: number): Bytes {
  refuse(/^(?:[0-9a-f]{2})*$/.test(text), "not lower-case hex");
  refuse(length === undefined || text.length === 2 * length, `not ${length} bytes of hex`);
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function ascii(text: string): Bytes {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Strict: a wrong sequence is refused, and a byte order mark stays a character. */
export function fromUtf8(bytes: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("not UTF-8");
  }
}

export function u8(value: number): Bytes {
  return bigEndian(value, 1);
}

export function u16(value: number): Bytes {
  return bigEndian(value, 2);
}

export function u32(value: number): Bytes {
  return bigEndian(value, 4);
}

function bigEndian(value: number, length: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** length) throw new Error(`${value} needs more than ${length} bytes`);
  const out = new Uint8Array(length);
  for (let i = length - 1; i >= 0; i--) {
    out[i] = value % 256;
    value = Math.floor(value / 256);
  }
  return out;
}

export function bigFromBytesBE(bytes: Bytes): bigint {
  return bytes.length === 0 ? 0n : BigInt("0x" + toHex(bytes));
}

export function bigFromBytesLE(bytes: Bytes): bigint {
  return bigFromBytesBE(bytes.slice().reverse());
}

export function bigToBytesBE(value: bigint, length: number): Bytes {
  const hex = value.toString(16);
  if (value < 0n || hex.length > 2 * length) throw new Error(`number needs more than ${length} bytes`);
  return fromHex(hex.padStart(2 * length, "0"));
}

export function bigToBytesLE(value: bigint, length: number): Bytes {
  return bigToBytesBE(value, length).reverse();
}

/** RFC 4648 §4 with padding. */
export function toBase64(bytes: Bytes): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** RFC 4648 §4, canonical only: what encodes back to the same text. */
export function fromBase64(text: string): Bytes {
  let out: Bytes;
  try {
    out = ascii(atob(text));
  } catch {
    throw new Refused("not base64");
  }
  refuse(toBase64(out) === text, "not canonical base64");
  return out;
}

/** RFC 4648 §5 without padding, for fragments. */
export function toBase64Url(bytes: Bytes): string {
  return toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** RFC 4648 §5 without padding, canonical only. */
export function fromBase64Url(text: string): Bytes {
  refuse(/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1, "not base64url");
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return fromBase64(plain + "=".repeat((4 - (plain.length % 4)) % 4));
}

/** One field after another from a byte string; reading past the end is refused. */
export class Reader {
  #at = 0;

  constructor(readonly bytes: Bytes) {}

  take(length: number): Bytes {
    refuse(this.#at + length <= this.bytes.length, "too short");
    const out = this.bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return out;
  }

  u8(): number {
    return this.take(1)[0] as number;
  }

  u16(): number {
    return Number(bigFromBytesBE(this.take(2)));
  }

  end(): void {
    refuse(this.#at === this.bytes.length, "too long");
  }
}
