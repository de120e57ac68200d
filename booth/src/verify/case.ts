/** What the checks of one bundle share: the objects read so far, and the failures found so far. */
import type { Bytes } from "../core/bytes.ts";
import { validOf, type Closing } from "../core/closing.ts";
import type { Head } from "../core/head.ts";
import type { Statement } from "../core/issuance.ts";
import type { BoxManifest, KeySet, Slate } from "../core/objects.ts";
import type { Result } from "../core/result.ts";
import type { Sums } from "../core/sums.ts";
import { tierOf, type Tier } from "../core/tiers.ts";
import type { Bundle } from "./bundle.ts";
import type { Check, Code, Failure, Role } from "./failures.ts";
import type { Outcome, Task } from "./work.ts";

/** Does the tasks, in whatever places, and returns the outcomes in their order. */
export type Run = (tasks: readonly Task[]) => Promise<readonly Outcome[]>;

export interface Counted {
  readonly returned: number;
  /** Ascending by leaf. */
  readonly heads: readonly Head[];
  readonly twins: readonly string[];
  readonly gaps: readonly string[];
}

/** One box. `heads`: place in heads.bin → readable head. `sums` stays null where a counted body is not there. */
export class BoxCase {
  manifest: BoxManifest | null = null;
  closing: Closing | null = null;
  heads = new Map<number, Head>();
  counted: Counted | null = null;
  statements: readonly Statement[] | null = null;
  sums: Sums | null = null;
  invalidHeads: readonly number[] = [];

  constructor(readonly prefix: string) {}

  place(name: string): string {
    return this.prefix + name;
  }
}

export class Case {
  readonly boxes: readonly BoxCase[];
  slate: Slate | null = null;
  keyset: KeySet | null = null;
  result: Result | null = null;
  witnesses: readonly string[] | null = null;
  /** Subjects of which every published number was recomputed. */
  opened: ReadonlySet<number> = new Set();
  readonly skipped = new Set<Check>();
  readonly #failures = new Map<string, Failure>();

  constructor(
    readonly bundle: Bundle,
    readonly run: Run,
    readonly chunk: number,
  ) {
    this.boxes = bundle.prefixes.map((prefix) => new BoxCase(prefix));
  }

  /** Notes a failure; `number` is that of the issuer (from 0) or the scrutineer (from 1). */
  fail(code: Code, place: string, role: Role, number?: number): void {
    const party = number === undefined ? role : `${role}/${number}`;
    this.#failures.set(`${code} ${place} ${party}`, { code, place, party });
  }

  /** Notes checks that could not be made in full, as something they need is missing or unreadable. */
  skip(...checks: readonly Check[]): void {
    for (const check of checks) this.skipped.add(check);
  }

  get failures(): Failure[] {
    const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.#failures.values()].sort(
      (a, b) => order(a.code, b.code) || order(a.place, b.place) || order(a.party, b.party),
    );
  }

  file(name: string): Bytes | null {
    return this.bundle.entries.get(name) ?? null;
  }

  get manifests(): BoxManifest[] {
    return this.boxes.flatMap((box) => (box.manifest === null ? [] : [box.manifest]));
  }

  /** The manifest whose tiers, formula and threshold hold for all boxes: the first one that could be read. */
  get rules(): BoxManifest | null {
    return this.manifests[0] ?? null;
  }

  /** The closings of all boxes, or null if one could not be read. */
  get closings(): Closing[] | null {
    const found = this.boxes.flatMap((box) => (box.closing === null ? [] : [box.closing]));
    return found.length === this.boxes.length ? found : null;
  }

  /** V over all boxes, as the closing notes state it. */
  get valid(): number | null {
    return this.closings?.reduce((sum, closing) => sum + validOf(closing), 0) ?? null;
  }

  /** The tier that V leads to, whatever the result says. */
  get tier(): Tier | null {
    const [valid, rules] = [this.valid, this.rules];
    return valid === null || rules === null ? null : tierOf(valid, rules.tiers);
  }

  /** Whether bodies and partials belong in the bundle; where V is unknown, what lies there decides. */
  get published(): boolean {
    if (this.tier === null) return this.bundle.entries.has("partials.bin");
    return this.tier === "two_way" || this.tier === "full";
  }

  /** Whether slate and key set are there and belong together. */
  get paperFits(): boolean {
    return this.slate !== null && this.keyset !== null && this.keyset.keys.length === Math.max(...this.slate.gradeCounts);
  }
}

