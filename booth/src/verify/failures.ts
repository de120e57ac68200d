/** What can be wrong with a bundle: a code, the place in the bundle, and the party at fault (docs/spec/bundle.md). */

/** What is looked at, in the order in which it is reported, with the codes that belong to it. */
export const CHECKS = {
  entries: ["entry-missing", "entry-extra", "entry-order"],
  objects: [
    "object",
    "not-a-ballot-box",
    "hash-mismatch",
    "poll-mismatch",
    "keyset-misfit",
    "pool-misfit",
    "key-reused",
    "second-manifest",
    "wrong-box",
  ],
  log: ["log-unknown", "log-proof", "log-split", "witnesses-few"],
  keys: ["acceptance"],
  heads: ["heads-length", "head-form", "head-order", "token", "signature", "seq-gap", "seq-twins"],
  receipts: ["receipts-length", "receipt"],
  closing: ["closing", "leaf-count", "root-mismatch", "returned-mismatch", "invalid-mismatch"],
  issuance: ["statement", "issued-exceeds-roll", "returned-exceeds-issued"],
  bodies: ["bodies-length", "body-missing", "body-extra"],
  tier: ["tier", "form", "mask"],
  partials: ["partial-order", "partial-proof", "partials-few"],
  result: ["count", "custody", "arithmetic", "result-signature", "result-signatures-few"],
  "receipt-file": ["receipt-other-box", "receipt-signature", "receipt-absent"],
} as const;

export type Check = keyof typeof CHECKS;
export type Code = (typeof CHECKS)[Check][number];
export const ALL_CHECKS = Object.keys(CHECKS) as Check[];

export function checkOf(code: Code): Check {
  const found = ALL_CHECKS.find((check) => (CHECKS[check] as readonly string[]).includes(code));
  if (found === undefined) throw new Error(`${code} belongs to no check`);
  return found;
}

/** Issuers are numbered from 0 as in the manifest, scrutineers from 1 as in the key set: `issuer/0`, `scrutineer/1`. */
export type Role = "operator" | "log" | "box" | "issuer" | "issuers" | "scrutineer" | "scrutineers" | "voter" | "reader";

export interface Failure {
  readonly code: Code;
  /** An entry of the bundle, often with a part behind a slash. */
  readonly place: string;
  /** A role, or `role/number`. */
  readonly party: string;
}

export type Unreadable = "file" | "zip" | "suite" | "box" | "trust" | "receipt";

/** The bundle, or what was given beside it, cannot be read at all (exit 2). */
export class CannotVerify extends Error {
  override name = "CannotVerify";
  constructor(
    readonly reason: Unreadable,
    detail = "",
  ) {
    super(detail || reason);
  }
}
