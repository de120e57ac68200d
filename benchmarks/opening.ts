/** What `benchmarks/opening.py` runs in a page: the opening page's own count of a box, with the opening page's own workers. */
import { countBox } from "../booth/src/app/ceremony/crew.ts";
import { bodyLength } from "../booth/src/core/body.ts";
import { headLength, parseHead } from "../booth/src/core/head.ts";
import { parseBoxManifest, parseSlate } from "../booth/src/core/objects.ts";

type Counter = (crew: number, times: number) => Promise<{ seconds: number; counted: number; invalid: number; steps: number }>;

async function file(name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(`/box/${name}`)).arrayBuffer());
}

/** Counts the ballots of the served box `times` times over. */
const count: Counter = async (crew, times) => {
  const names = ["box.json", "slate.json", "keyset.json", "heads.bin", "receipts.bin", "bodies.bin"];
  const [boxRaw, slateRaw, keysetRaw, heads, receipts, bodies] = (await Promise.all(names.map(file))) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const [box, slate] = [parseBoxManifest(boxRaw), parseSlate(slateRaw)];
  const [h, b] = [headLength(box), bodyLength(slate.gradeCounts)];
  const once = Array.from({ length: heads.length / h }, (_, n) => ({
    head: parseHead(box, heads.slice(n * h, (n + 1) * h)),
    receipt: receipts.slice(n * 64, (n + 1) * 64),
    body: bodies.slice(n * b, (n + 1) * b),
  }));
  const leaves = Array.from({ length: times }, () => once).flat();
  const closed = { files: { slate, raw: { box: boxRaw, slate: slateRaw, keyset: keysetRaw } }, leaves };
  let steps = 0;
  const begin = performance.now();
  const found = await countBox(closed as unknown as Parameters<typeof countBox>[0], { progress: () => void steps++, crew });
  return { seconds: (performance.now() - begin) / 1000, counted: found.sums?.count ?? 0, invalid: found.invalid, steps };
};

(window as unknown as { count: Counter }).count = count;
