/** What trust.json says of logs and their witnesses: for the verifier, and for the booth's pages. */
import { equal } from "./bytes.ts";
import * as fields from "./fields.ts";
import { COSIGNATURE, ED25519, parseVerifierKey, type VerifierKey } from "./note.ts";

/** One log's key, and how many of which witnesses must have cosigned its checkpoints. */
export interface LogRule {
  readonly key: VerifierKey;
  readonly quorum: number;
  readonly witnesses: readonly VerifierKey[];
}

interface Quorum {
  readonly quorum: unknown;
  readonly witnesses: unknown;
}

/** The logs; one without a rule of its own has the file's. Refused: bad keys, a key twice, a log as its own witness. */
export function readLogs(f: Quorum & { readonly logs: unknown }): LogRule[] {
  readQuorum(f);
  return fields.array(f.logs, 0, 64, "logs").map((value) => {
    const own = Object.keys(Object(value)).length > 2;
    const log = own ? fields.record(value, "origin", "quorum", "vkey", "witnesses") : fields.record(value, "origin", "vkey");
    const key = readKey(log.vkey);
    fields.need(key.name === log.origin && key.type === ED25519, "a log's key bears the name of its origin");
    const rule = readQuorum(own ? (log as unknown as Quorum) : f);
    fields.need(!rule.witnesses.some((witness) => equal(witness.public, key.public)), "no log is its own witness");
    return { key, ...rule };
  });
}

function readQuorum(f: Quorum): { quorum: number; witnesses: VerifierKey[] } {
  const witnesses = fields.array(f.witnesses, 0, 64, "witnesses").map((value) => {
    const key = readKey(typeof value === "string" ? value : fields.record(value, "name", "vkey").vkey);
    fields.need(key.type === COSIGNATURE, "a witness has a cosignature key");
    return key;
  });
  const own = witnesses.every((key, n) => !witnesses.slice(n + 1).some((other) => other.name === key.name || equal(other.public, key.public)));
  fields.need(own, "each witness has its own name and its own key");
  return { quorum: fields.integer(f.quorum, 0, witnesses.length, "quorum"), witnesses };
}

function readKey(value: unknown): VerifierKey {
  return parseVerifierKey(fields.text(value, "vkey", 500));
}
