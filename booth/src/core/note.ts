/** C2SP signed notes (c2sp.org/signed-note): a text, a blank line, one line per signature. Verification only, and Ed25519 only. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bigFromBytesBE, concat, equal, fromBase64, fromHex, fromUtf8, Refused, toBase64, toHex, u8, utf8, type Bytes } from "./bytes.ts";
import { isKey, verify } from "./signing.ts";

const GREATEST_SIGNATURES = 100;
const DASH = "\u2014 ";

export const ED25519 = 0x01;
/** c2sp.org/tlog-cosignature, Ed25519. */
export const COSIGNATURE = 0x04;

/** A note, a key text or a signature is malformed, or does not verify. */
export class NoteRefused extends Refused {
  override name = "NoteRefused";
}

export interface VerifierKey {
  readonly name: string;
  readonly type: number;
  readonly public: Bytes;
  /** The four bytes that open each signature of this key. */
  readonly keyId: Bytes;
}

export interface Signature {
  readonly name: string;
  readonly keyId: Bytes;
  /** What follows the key id. */
  readonly payload: Bytes;
}

export interface OpenedNote {
  readonly text: string;
  /** Known keys that signed, each once. */
  readonly verified: readonly VerifierKey[];
  /** Every signature line, known or not. */
  readonly signatures: readonly Signature[];
}

function check(condition: unknown, why: string): asserts condition {
  if (!condition) throw new NoteRefused(why);
}

/** Not empty, no plus, no white space, no control character, no lone surrogate. */
export function isName(name: string): boolean {
  return name !== "" && !/[+\u0000-\u001f]|\p{White_Space}|\p{Surrogate}/u.test(name);
}

export function verifierKey(name: string, type: number, key: Bytes): VerifierKey {
  check(isName(name), "not a key name");
  check(isKey(key), "not an Ed25519 key");
  const keyId = sha256(concat(utf8(name), utf8("\n"), u8(type), key)).slice(0, 4);
  return { name, type, public: key, keyId };
}

/** Reads a vkey: name+id+base64(type ‖ 32 bytes). */
export function parseVerifierKey(text: string): VerifierKey {
  const [name, id] = text.split("+", 2) as [string, string | undefined];
  check(id !== undefined && isName(name) && text[name.length + 1 + id.length] === "+", "a key text has the form name+id+base64");
  const material = base64(text.slice(name.length + id.length + 2));
  check(/^[0-9a-f]{8}$/.test(id), "a key id has eight lower-case hexadecimal digits");
  const type = material[0];
  check(material.length === 33 && (type === ED25519 || type === COSIGNATURE), "unknown key type, or a key of the wrong length");
  const key = verifierKey(name, type, material.slice(1));
  check(equal(key.keyId, fromHex(id)), "the key id does not belong to the key");
  return key;
}

export function verifierKeyText(key: VerifierKey): string {
  return `${key.name}+${toHex(key.keyId)}+${toBase64(concat(u8(key.type), key.public))}`;
}

/** Splits a note without verifying anything. */
export function parseNote(raw: Bytes): { text: string; signatures: Signature[] } {
  let whole: string;
  try {
    whole = fromUtf8(raw);
  } catch {
    throw new NoteRefused("a note is UTF-8");
  }
  check(whole.endsWith("\n"), "a note ends with a newline");
  check(!/[\u0000-\u0009\u000b-\u001f]/.test(whole), "a note holds no control characters");
  const blank = whole.lastIndexOf("\n\n");
  check(blank >= 0 && blank + 2 < whole.length, "a note has a blank line and at least one signature");
  const lines = whole.slice(blank + 2, -1).split("\n");
  check(lines.length <= GREATEST_SIGNATURES, `more than ${GREATEST_SIGNATURES} signatures`);
  return { text: whole.slice(0, blank + 1), signatures: lines.map(signatureLine) };
}

function signatureLine(line: string): Signature {
  const space = line.indexOf(" ", DASH.length);
  check(line.startsWith(DASH) && space > 0, "not a signature line");
  const name = line.slice(DASH.length, space);
  check(isName(name), "not a key name");
  const raw = base64(line.slice(space + 1));
  check(raw.length >= 5, "a signature has at least five bytes");
  return { name, keyId: raw.slice(0, 4), payload: raw.slice(4) };
}

function base64(text: string): Bytes {
  try {
    return fromBase64(text);
  } catch {
    throw new NoteRefused("not canonical base64");
  }
}

/**
 * Reads a note and verifies what the known keys signed. Unknown signatures are ignored; a known key's signature that fails, or
 * none by a known key, is refused.
 */
export function openNote(raw: Bytes, known: readonly VerifierKey[]): OpenedNote {
  const note = parseNote(raw);
  const verified = new Set<VerifierKey>();
  for (const signature of note.signatures) {
    const key = known.find((k) => k.name === signature.name && equal(k.keyId, signature.keyId));
    if (key === undefined) continue;
    check(accepts(key, note.text, signature.payload), `the signature of ${key.name} does not hold`);
    verified.add(key);
  }
  check(verified.size > 0, "no signature by a known key");
  return { ...note, verified: [...verified] };
}

function accepts(key: VerifierKey, text: string, payload: Bytes): boolean {
  if (key.type === ED25519) return verify(key.public, payload, utf8(text));
  // u64 seconds, at most 2^63−1, then the signature.
  if (payload.length !== 72 || (payload[0] as number) >= 0x80) return false;
  const time = bigFromBytesBE(payload.slice(0, 8));
  return verify(key.public, payload.slice(8), utf8(`cosignature/v1\ntime ${time}\n${text}`));
}
