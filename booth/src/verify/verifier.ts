/** Checks a bundle from end to end. Every check runs, whatever the others found. */
import type { Bytes } from "../core/bytes.ts";
import type { Receipt } from "../core/receipt.ts";
import { checkBodies, checkHeads, readClosing } from "./ballots.ts";
import { readBundle } from "./bundle.ts";
import { Case, type Run } from "./case.ts";
import { checkEntries } from "./entries.ts";
import { checkIssuance } from "./handedout.ts";
import { checkLog } from "./logged.ts";
import { checkOutcome } from "./outcome.ts";
import { checkAcceptances, checkWanted, readPapers } from "./papers.ts";
import { checkReceipt } from "./receiptfile.ts";
import { writeReport, type Report } from "./report.ts";
import type { Trust } from "./trust.ts";

/** What the person knows from elsewhere. Without box and trust the best verdict is "consistent in itself". */
export interface Given {
  /** As `parseWanted` returns it. */
  readonly box?: string | null;
  readonly trust?: Trust | null;
  readonly receipt?: Receipt | null;
}

/** Ballots per task: small enough that progress moves, large enough that handing over costs nothing. */
export const CHUNK = 8;

/** The report on a bundle; throws CannotVerify if it cannot be read at all. */
export async function verifyBundle(raw: Bytes, given: Given, run: Run, chunk = CHUNK): Promise<Report> {
  const [wanted, trust, receipt] = [given.box ?? null, given.trust ?? null, given.receipt ?? null];
  const c = new Case(readBundle(raw), run, chunk);
  readPapers(c);
  for (const box of c.boxes) readClosing(c, box);
  checkEntries(c);
  checkWanted(c, wanted, trust);
  checkAcceptances(c);
  checkLog(c, trust);
  for (const box of c.boxes) {
    await checkHeads(c, box);
    checkIssuance(c, box);
    await checkBodies(c, box);
  }
  checkOutcome(c);
  if (receipt !== null) checkReceipt(c, receipt);
  return writeReport(c, wanted !== null || trust !== null, receipt !== null);
}
