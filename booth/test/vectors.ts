/** Shared vectors, fixed chance, and small things that several tests use. */
import { readFileSync } from "node:fs";
import { sha512 } from "@noble/hashes/sha2.js";
import { ascii, bigFromBytesLE, bigToBytesLE, fromHex, Refused, utf8, type Bytes, type Random } from "../src/core/bytes.ts";
import { L } from "../src/core/group.ts";

const root = new URL("../../", import.meta.url);

/** A file of vectors/, which Python and TypeScript both read. */
export function vectors(name: string): any {
  return json(`vectors/${name}.json`);
}

/** A JSON file by its path from the root of the repository. */
export function json(path: string): any {
  return JSON.parse(readFileSync(new URL(path, root), "utf8"));
}

/** The stream of vectors/chance.py: 64 bytes asked are a scalar in its encoding, other lengths are octets. */
export function chance(name: string): Random {
  let drawn = 0;
  return (length) => {
    const block = sha512(ascii(`pingjia vectors ${name} ${drawn++}`));
    if (length !== 64) return block.slice(0, length);
    return bigToBytesLE(1n + (bigFromBytesLE(block) % (L - 1n)), 64);
  };
}

/** A source that gives exactly these bytes, one answer after the other. */
export function scripted(...answers: readonly Bytes[]): Random {
  const left = [...answers];
  return (length) => {
    const next = left.shift();
    if (next === undefined || next.length > length) throw new Error("the script is over");
    const out = new Uint8Array(length);
    out.set(next);
    return out;
  };
}

export const hex = fromHex;
export const text = utf8;

/** Rows for it.each: the name of each case and the case. */
export function named(cases: readonly any[], by: string): [string, any][] {
  return cases.map((one) => [one[by] as string, one]);
}

/** Why something was refused; an empty string if it was not. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return `${error.name}: ${error.message}`;
    throw error;
  }
  return "";
}
