/**
 * The second verifier on the command line.
 *   verify FILE [--box ID|HASH] [--trust FILE] [--receipt FILE]   prints the report as JSON; exit 0, 1, 2, 3
 *   verify --batch     reads one JSON object a line, {"zip": base64, "box"?, "trust"?, "receipt"?: base64}; prints a report a line.
 *                      Ballots that it has seen before are not checked again.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { fromBase64, utf8, type Bytes } from "../core/bytes.ts";
import type { Run } from "../verify/case.ts";
import { CannotVerify, type Unreadable } from "../verify/failures.ts";
import { findReceipt } from "../verify/receiptfile.ts";
import type { Report } from "../verify/report.ts";
import { parseTrust, parseWanted } from "../verify/trust.ts";
import { CHUNK, verifyBundle } from "../verify/verifier.ts";
import { nameOf, runTask, type Outcome } from "../verify/work.ts";

type Answer = Report | { exit: 2; reason: Unreadable };

interface Asked {
  readonly zip: Bytes;
  readonly box?: string | undefined;
  readonly trust?: Bytes | undefined;
  readonly receipt?: Bytes | undefined;
}

async function answer(read: () => Asked, run: Run, chunk: number): Promise<Answer> {
  try {
    const { zip, box, trust, receipt } = read();
    const given = {
      box: box === undefined ? null : parseWanted(box),
      trust: trust === undefined ? null : parseTrust(trust),
      receipt: receipt === undefined ? null : findReceipt(receipt),
    };
    return await verifyBundle(zip, given, run, chunk);
  } catch (error) {
    if (error instanceof CannotVerify) return { exit: 2, reason: error.reason };
    throw error;
  }
}

function file(path: string): Bytes {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new CannotVerify("file", (error as Error).message);
  }
}

async function batch(): Promise<void> {
  const known = new Map<string, Outcome>();
  const run: Run = async (tasks) =>
    tasks.map((task) => {
      const name = nameOf(task);
      const outcome = known.get(name) ?? runTask(task);
      known.set(name, outcome);
      return outcome;
    });
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line) as { zip: string; box?: string; trust?: unknown; receipt?: string };
    const read = () => ({
      zip: fromBase64(asked.zip),
      box: asked.box,
      trust: asked.trust === undefined ? undefined : utf8(JSON.stringify(asked.trust)),
      receipt: asked.receipt === undefined ? undefined : fromBase64(asked.receipt),
    });
    process.stdout.write(`${JSON.stringify(await answer(read, run, 1))}\n`);
  }
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    options: { box: text, trust: text, receipt: text, batch: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.batch) return batch();
  const path = positionals[0];
  if (path === undefined) throw new Error("usage: verify FILE [--box ID|HASH] [--trust FILE] [--receipt FILE] | --batch");
  const read = () => ({
    zip: file(path),
    box: values.box,
    trust: values.trust === undefined ? undefined : file(values.trust),
    receipt: values.receipt === undefined ? undefined : file(values.receipt),
  });
  const result = await answer(read, async (tasks) => tasks.map(runTask), CHUNK);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.exit;
}

await main();
