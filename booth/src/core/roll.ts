/** The frozen roll (名册) as a commitment: salted leaves, sorted, under one root (docs/spec/ballot.md §8). */
import { compare, concat, type Bytes } from "./bytes.ts";
import { dumps } from "./canonical.ts";
import { leafHash, rootOfHashes } from "./merkle.ts";

/** One member as the roll states them; the salt (16 bytes) keeps names from being guessed. */
export interface RollEntry {
  readonly branch: string;
  readonly category: string;
  readonly name: string;
  readonly no: string;
  readonly unit: string;
  readonly salt: Bytes;
}

/** SHA-256(0x00 ‖ salt ‖ canonical{"branch","category","name","no","unit"}). */
export function rollLeaf({ salt, branch, category, name, no, unit }: RollEntry): Bytes {
  if (salt.length !== 16) throw new Error("a salt has 16 bytes");
  return leafHash(concat(salt, dumps({ branch, category, name, no, unit })));
}

/** RFC 6962 root over the leaf hashes in ascending order. */
export function rollRoot(leaves: readonly Bytes[]): Bytes {
  return rootOfHashes([...leaves].sort(compare));
}
