/** The twelve ways to break a ballot body that every implementation must refuse (docs/spec/ballot.md, "Tests"). */
import { ed25519 } from "@noble/curves/ed25519.js";
import type { Binding } from "../core/body.ts";
import { bigFromBytesLE, bigToBytesLE, fromHex, type Bytes } from "../core/bytes.ts";
import { G, L } from "../core/group.ts";

export interface Broken {
  readonly why: string;
  readonly pk: Bytes;
  readonly boxHash: Bytes;
  readonly body: Bytes;
}

const ORDER_EIGHT = ed25519.Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

/** Twelve broken bodies from a valid one; `random` chooses bits and bytes. Subjects 0 and 1 must have the same grades. */
export function breakBody(to: Binding, body: Bytes, otherPk: Bytes, otherBox: Bytes, random: (below: number) => number): Broken[] {
  const [first, second] = to.grades as [number, number];
  if (first !== second) throw new Error("the first two subjects are to be swapped");
  const points = 32 * (first + 1); // end of A, B_1 … B_K of subject 0; then c_0 …, then z_0 …
  const broken = (why: string, changed: Bytes, pk = to.pk, boxHash = to.boxHash): Broken => ({ why, pk, boxHash, body: changed });
  const field = (at: number, change: (old: Bytes) => Bytes): Bytes => {
    const out = body.slice();
    out.set(change(body.slice(at, at + 32)), at);
    return out;
  };
  const addPoint = (extra: typeof G) => (old: Bytes) => ed25519.Point.fromBytes(old).add(extra).toBytes();
  const addOrder = (old: Bytes) => bigToBytesLE(bigFromBytesLE(old) + L, 32);
  const size = 96 * (first + 1);
  const swapped = body.slice();
  swapped.set(body.slice(size, 2 * size), 0);
  swapped.set(body.slice(0, size), size);
  const flipped = body.slice();
  const at = random(body.length);
  flipped[at] = (flipped[at] as number) ^ (1 << random(8));
  return [
    broken("copied under another pk", body, otherPk),
    broken("other box", body, to.pk, otherBox),
    broken("one bit flipped", flipped),
    broken("A + torsion", field(0, addPoint(ORDER_EIGHT))),
    broken("B1 + torsion", field(32, addPoint(ORDER_EIGHT))),
    broken("A identity", field(0, () => ed25519.Point.ZERO.toBytes())),
    broken("A non-canonical y=p+1", field(0, () => fromHex("ee" + "ff".repeat(30) + "7f"))),
    broken("c0 + L", field(points, addOrder)),
    broken("z0 + L", field(2 * points, addOrder)),
    broken("B1 + G (two votes)", field(32, addPoint(G))),
    broken("subjects swapped", swapped),
    broken("short", body.slice(0, -1)),
  ];
}
