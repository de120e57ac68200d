/** Whom this page trusts: the keys of the public logs and their witnesses, compiled in where the operator pinned them. */
import { equal, refuse, Refused, utf8, type Bytes } from "../core/bytes.ts";
import * as fields from "../core/fields.ts";
import { logLeaf, parseLogProof, verifyLogProof, type LogEntryType } from "../core/proof.ts";
import { readLogs, type LogRule } from "../core/trustfile.ts";

/** Canonical trust.json from build time (PINGJIA_TRUST), or empty: then the booth's own file is believed. */
declare const PINGJIA_TRUST: string;

export interface Trust {
  readonly logs: readonly LogRule[];
  readonly site: string;
  /** Whether the keys came with the page instead of from the same server as the ballot box. */
  readonly pinned: boolean;
}

export function parseTrust(raw: Bytes, baked = bakedTrust()): Trust {
  refuse(baked === "" || equal(utf8(baked), raw), "the booth's keys are not those that this page was built with");
  const f = fields.parse(raw, "logs", "quorum", "site", "v", "witnesses");
  fields.integer(f.v, 1, 1, "v");
  const site = originOf(fields.text(f.site, "site", 300));
  return { logs: readLogs(f), site, pinned: baked !== "" };
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

function bakedTrust(): string {
  return typeof PINGJIA_TRUST === "string" ? PINGJIA_TRUST : "";
}

/** Refuses unless the log of this origin, with its witnesses, holds the hash as an entry of this type. */
export function mustBeLogged(trust: Trust, origin: string, type: LogEntryType, hashHex: string, proof: Bytes): void {
  const log = trust.logs.find(({ key }) => key.name === origin);
  refuse(log !== undefined, "a log that this page does not know");
  const opened = verifyLogProof(parseLogProof(proof), logLeaf(type, hashHex), log.key, log.witnesses);
  refuse(opened.witnesses.length >= log.quorum, "too few witnesses");
}

