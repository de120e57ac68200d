/** Sets of ballot bodies, good and broken, as JSON that both languages write and read. */
import { bodyIsValid, makeBody } from "../core/body.ts";
import { fromHex, systemRandom, toHex } from "../core/bytes.ts";
import { mulBase, point, pointBytes, randomScalar } from "../core/group.ts";
import { breakBody } from "./broken.ts";

export interface BodySet {
  readonly name: string;
  readonly box_hash: string;
  /** H_1 … H_K. */
  readonly keys: readonly string[];
  /** K_s of each subject. */
  readonly grades: readonly number[];
  readonly valid: readonly { readonly pk: string; readonly body: string; readonly choices: readonly number[] }[];
  readonly broken: readonly { readonly why: string; readonly pk: string; readonly box_hash: string; readonly body: string }[];
  /** Secret keys h_k, so that the reader can open single bodies and compare the choices. */
  readonly secrets: readonly string[];
}

const SHAPES: readonly (readonly [string, readonly number[], number])[] = [
  ["3x3", [3, 3, 3], 1],
  ["mixed", [2, 2, 4, 1], 0.5],
  ["24x4", new Array<number>(24).fill(4), 0.1],
];

/** `count` valid bodies of 3×3 and fewer of the larger shapes, with the twelve broken classes of each shape. */
export function makeSets(count: number): BodySet[] {
  return SHAPES.map(([name, grades, share]) => makeSet(name, grades, Math.max(1, Math.round(count * share))));
}

function makeSet(name: string, grades: readonly number[], count: number): BodySet {
  const secrets = Array.from({ length: Math.max(...grades) }, () => randomScalar());
  const keys = secrets.map(mulBase);
  const boxHash = systemRandom(32);
  const valid = Array.from({ length: count }, () => {
    const pk = systemRandom(32);
    const choices = grades.map((k) => below(k + 1));
    return { pk, choices, body: makeBody({ boxHash, pk, keys, grades }, choices) };
  });
  const [victim] = valid as [(typeof valid)[number]];
  const broken = breakBody({ boxHash, pk: victim.pk, keys, grades }, victim.body, systemRandom(32), systemRandom(32), below);
  return {
    name,
    box_hash: toHex(boxHash),
    keys: keys.map((key) => toHex(pointBytes(key))),
    grades,
    valid: valid.map(({ pk, body, choices }) => ({ pk: toHex(pk), body: toHex(body), choices })),
    broken: broken.map((b) => ({ why: b.why, pk: toHex(b.pk), box_hash: toHex(b.boxHash), body: toHex(b.body) })),
    secrets: secrets.map((x) => x.toString(16).padStart(64, "0")),
  };
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** The verdict on every body of a set. */
export function checkSet(set: BodySet): { valid: boolean[]; broken: boolean[] } {
  const keys = set.keys.map((key) => point(fromHex(key)));
  const verdict = (one: { pk: string; body: string; box_hash?: string }) =>
    bodyIsValid({ boxHash: fromHex(one.box_hash ?? set.box_hash), pk: fromHex(one.pk), keys, grades: set.grades }, fromHex(one.body));
  return { valid: set.valid.map(verdict), broken: set.broken.map(verdict) };
}
