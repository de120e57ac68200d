/** What may be opened: decided by the number of valid ballots before anything is opened (docs/spec/ballot.md §12). */
import { compare, Refused, toHex, type Bytes } from "./bytes.ts";
import type { BoxManifest, Formula, TierLimits } from "./objects.ts";
import type { Slate, Subject } from "./slate.ts";

/** Form of publication. */
export type Tier = "none" | "band" | "two_way" | "full";

/** Boxes of one pool that differ in what they must share. */
export class BadPool extends Refused {
  override name = "BadPool";
}

export function tierOf(valid: number, limits: TierLimits): Tier {
  if (valid < limits.band) return "none";
  if (valid < limits.twoWay) return "band";
  return valid < limits.full ? "two_way" : "full";
}

/** Masks opened for a subject. Where every grade is favourable there is nothing else to open. */
export function masksOf(subject: Subject, tier: Tier, formula: Formula): number[] {
  const { favourableMask, otherMask } = subject;
  const both = otherMask === 0 ? [favourableMask] : [favourableMask, otherMask];
  if (tier === "none") return [];
  if (tier === "band") return formula === "fav-expressed" ? both : [favourableMask];
  if (tier === "two_way") return both;
  return subject.grades.map((_, k) => 1 << k);
}

/** A sum that is opened: subject from 0, mask with bit k−1 for grade k. */
export interface Place {
  readonly s: number;
  readonly mask: number;
}

/** Every place that is opened, by subject and mask ascending. */
export function planOf(slate: Slate, tier: Tier, formula: Formula): Place[] {
  return slate.subjects.flatMap((subject, s) =>
    masksOf(subject, tier, formula)
      .sort((x, y) => x - y)
      .map((mask) => ({ s, mask })),
  );
}

/** Whether a subject of the two_way tier is so nearly unanimous that only its band is published. */
export function onlyBand(valid: number, favourable: number, other: number): boolean {
  return Math.max(favourable, other, valid - favourable - other) >= valid - 2;
}

/** Boxes that are opened as one sum: hashes ascending, their joint valid ballots, and the tier of these. */
export interface OpeningSet {
  readonly boxes: readonly Bytes[];
  readonly valid: number;
  readonly tier: Tier;
}

export interface Counted {
  readonly box: BoxManifest;
  readonly valid: number;
}

/**
 * How ballot boxes are opened, sorted by their first box. Boxes of one pool are opened only as one sum if any of them alone falls
 * below its band; else each by itself. Throws BadPool.
 */
export function openingSets(counted: readonly Counted[]): OpeningSet[] {
  const pools = new Map<string, Counted[]>();
  for (const one of counted) {
    if (one.box.kind !== "ballot") throw new Error("opinion boxes are not opened in this way");
    // A box of its own pools with nobody: its hash stands in for a pool.
    const key = one.box.pool === "" ? toHex(one.box.hash) : `${one.box.pool} ${toHex(one.box.slate)}`;
    pools.set(key, [...(pools.get(key) ?? []), one]);
  }
  const sets = [...pools.values()].flatMap((members) => {
    const limits = (members[0] as Counted).box.tiers;
    if (new Set(members.map(({ box }) => rules(box))).size > 1) {
      throw new BadPool("boxes of a pool share key set, tiers, formula and threshold");
    }
    const joint = members.some(({ valid }) => valid < limits.band);
    return (joint ? [members] : members.map((member) => [member])).map((group) => {
      const valid = group.reduce((sum, member) => sum + member.valid, 0);
      return { boxes: group.map(({ box }) => box.hash).sort(compare), valid, tier: tierOf(valid, limits) };
    });
  });
  return sets.sort((x, y) => compare(x.boxes[0] as Bytes, y.boxes[0] as Bytes));
}

function rules({ keyset, tiers, formula, threshold }: BoxManifest): string {
  return JSON.stringify([toHex(keyset), tiers.band, tiers.twoWay, tiers.full, formula, threshold.den, threshold.num]);
}
