/**
 * Canonical JSON (docs/spec/ballot.md, "Objects"): sorted keys [a-z][a-z0-9_]*, objects, arrays, strings without lone
 * surrogates, true/false, integers 0…2^53−1, no white space. Bytes are accepted only if writing the parsed value gives them back.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { equal, fromUtf8, Refused, refuse, utf8, type Bytes } from "./bytes.ts";

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export class NotCanonical extends Refused {
  override name = "NotCanonical";
}

const GREATEST_DEPTH = 32;
const KEY = /^[a-z][a-z0-9_]*$/;
// Pairs are skipped by the first branch, so no look-behind is needed (older web views have none).
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

/** Canonical bytes of a value; throws NotCanonical if it has none. */
export function dumps(value: unknown): Bytes {
  return utf8(write(value, 0));
}

/** `depth` counts the containers around the value. */
function write(value: unknown, depth: number): string {
  if (typeof value === "string") {
    check((value.match(SURROGATES) ?? []).every((found) => found.length === 2), "lone surrogate");
    return JSON.stringify(value);
  }
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    check(Number.isSafeInteger(value) && value >= 0, "not an integer 0…2^53−1");
    return String(value);
  }
  check(depth < GREATEST_DEPTH, "nested too deeply");
  if (Array.isArray(value)) return `[${value.map((inner) => write(inner, depth + 1)).join(",")}]`;
  check(typeof value === "object" && value !== null, "null or no JSON value");
  const fields = value as Record<string, unknown>;
  const keys = Object.keys(fields).sort();
  check(keys.every((key) => KEY.test(key)), "key outside [a-z][a-z0-9_]*");
  return `{${keys.map((key) => `"${key}":${write(fields[key], depth + 1)}`).join(",")}}`;
}

/** The value of canonical bytes; throws NotCanonical for any other bytes. */
export function loads(raw: Bytes): Value {
  try {
    const value = JSON.parse(fromUtf8(raw)) as Value;
    refuse(equal(dumps(value), raw), "not in canonical form");
    return value;
  } catch (error) {
    // A stack overflow by deep nesting is a RangeError: bad input like the rest.
    throw error instanceof NotCanonical ? error : new NotCanonical((error as Error).message);
  }
}

/** SHA-256 of the canonical bytes. */
export function digest(value: unknown): Bytes {
  return sha256(dumps(value));
}

function check(condition: boolean, why: string): void {
  if (!condition) throw new NotCanonical(why);
}
