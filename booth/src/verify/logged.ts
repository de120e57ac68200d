/** Manifest and closing stand in the public log, and the log shows everybody the same tree. */
import { sha256 } from "@noble/hashes/sha2.js";
import { equal, refuse, toHex, utf8, type Bytes } from "../core/bytes.ts";
import { parseCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { closingText } from "../core/closing.ts";
import { verifyInclusion } from "../core/merkle.ts";
import { parseNote } from "../core/note.ts";
import { logLeaf, parseLogProof, verifyLogProof, type LogProof } from "../core/proof.ts";
import type { BoxCase, Case } from "./case.ts";
import { attempt } from "./papers.ts";
import type { Trust } from "./trust.ts";

/** Checks every log proof, with the keys of `trust` where it knows the log; notes who witnessed all of them. */
export function checkLog(c: Case, trust: Trust | null): void {
  const seen: Checkpoint[] = [];
  for (const box of c.boxes) {
    const manifest = box.manifest;
    if (manifest === null || box.closing === null) c.skip("log");
    if (manifest === null) continue;
    const rule = trust?.logs.find((log) => log.key.name === manifest.logOrigin) ?? null;
    if (trust !== null && rule === null) c.fail("log-unknown", box.place("box.json/log_origin"), "operator");
    for (const [place, leaf] of entriesOf(box, manifest.hash)) {
      const raw = c.file(place);
      if (raw === null) {
        c.skip("log");
        continue;
      }
      const opened = attempt(() => {
        const proof = parseLogProof(raw);
        if (rule !== null) return verifyLogProof(proof, leaf, rule.key, rule.witnesses);
        return { checkpoint: consistent(proof, leaf, manifest.logOrigin), witnesses: [] };
      });
      if (opened === null) {
        c.fail("log-proof", place, "log");
        continue;
      }
      const { checkpoint, witnesses } = opened;
      c.witnesses = c.witnesses === null ? witnesses : c.witnesses.filter((name) => witnesses.includes(name));
      if (rule !== null && witnesses.length < rule.quorum) c.fail("witnesses-few", place, "log");
      if (seen.some((other) => sameSize(other, checkpoint) && !same(other, checkpoint))) c.fail("log-split", place, "log");
      seen.push(checkpoint);
    }
  }
}

function sameSize(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size;
}

function same(a: Checkpoint, b: Checkpoint): boolean {
  return equal(a.root, b.root) && a.extensions.join("\n") === b.extensions.join("\n");
}

/** Place and leaf hash of what the log must hold about a box. */
function entriesOf(box: BoxCase, boxHash: Bytes): [string, Bytes][] {
  const found: [string, Bytes][] = [[box.place("manifest.tlog-proof"), logLeaf("manifest", toHex(boxHash))]];
  if (box.closing !== null) {
    found.push([box.place("closing.tlog-proof"), logLeaf("close", toHex(sha256(utf8(closingText(box.closing)))))]);
  }
  return found;
}

/** What can be checked without knowing the log's key: form, origin, and that the path leads to the root. */
function consistent(proof: LogProof, leaf: Bytes, origin: string): Checkpoint {
  const checkpoint = parseCheckpoint(parseNote(proof.checkpoint).text);
  refuse(checkpoint.origin === origin, "the checkpoint of another log");
  refuse(verifyInclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root), "the entry does not stand there in the log");
  return checkpoint;
}
