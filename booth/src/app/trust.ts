/** Whom this page trusts: the keys of the public logs and their witnesses, compiled in where the operator pinned them. */
import { equal, refuse, Refused, utf8, type Bytes } from "../core/bytes.ts";
import * as fields from "../core/fields.ts";
import { ED25519, parseVerifierKey, type VerifierKey } from "../core/note.ts";
import { logLeaf, parseLogProof, verifyLogProof, type LogEntryType } from "../core/proof.ts";

/** Canonical trust.json from build time (PINGJIA_TRUST), or empty: then the booth's own file is believed. */
declare const PINGJIA_TRUST: string;

export interface Trust {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  readonly quorum: number;
  readonly site: string;
  /** Whether the keys came with the page instead of from the same server as the ballot box. */
  readonly pinned: boolean;
}

export function parseTrust(raw: Bytes, baked = bakedTrust()): Trust {
  refuse(baked === "" || equal(utf8(baked), raw), "the booth's keys are not those that this page was built with");
  const f = fields.parse(raw, "logs", "quorum", "site", "v", "witnesses");
  fields.integer(f.v, 1, 1, "v");
  const logs = fields.array(f.logs, 0, 64, "logs").map((value) => {
    const log = fields.record(value, "origin", "vkey");
    const key = parseVerifierKey(fields.text(log.vkey, "vkey", 500));
    refuse(key.name === log.origin && key.type === ED25519, "a log's key is named after its origin");
    return key;
  });
  const witnesses = fields.array(f.witnesses, 0, 64, "witnesses").map(witness);
  const site = originOf(fields.text(f.site, "site", 300));
  return { logs, witnesses, quorum: fields.integer(f.quorum, 0, witnesses.length, "quorum"), site, pinned: baked !== "" };
}

/** The origin of a web address; anything else is refused, so that no page leads to a script or to nowhere. */
function originOf(address: string): string {
  refuse(/^https?:/.test(address), "the site is no web address");
  try {
    return new URL(address).origin;
  } catch {
    throw new Refused("the site is no address"); // URL.canParse is younger than some of the web views in use
  }
}

function witness(value: unknown): VerifierKey {
  const text = typeof value === "string" ? value : fields.record(value, "name", "vkey").vkey;
  return parseVerifierKey(fields.text(text, "vkey", 500));
}

function bakedTrust(): string {
  return typeof PINGJIA_TRUST === "string" ? PINGJIA_TRUST : "";
}

/** Refuses unless the log of this origin, with its witnesses, holds the hash as an entry of this type. */
export function mustBeLogged(trust: Trust, origin: string, type: LogEntryType, hashHex: string, proof: Bytes): void {
  const key = trust.logs.find((log) => log.name === origin);
  refuse(key !== undefined, "a log that this page does not know");
  const opened = verifyLogProof(parseLogProof(proof), logLeaf(type, hashHex), key, trust.witnesses);
  refuse(opened.witnesses.length >= trust.quorum, "too few witnesses");
}

