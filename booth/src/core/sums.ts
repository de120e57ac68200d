/** Adding ballots up without opening any of them (docs/spec/ballot.md §6.4). */
import { ciphertextsOf, type Ciphertext } from "./body.ts";
import { concat, type Bytes } from "./bytes.ts";
import { add, IDENTITY, pointsBytes, type Point } from "./group.ts";

/** Per subject ΣA and ΣB_1 … ΣB_K over the ballots added so far. Add only what `checkBody` let pass. */
export class Sums {
  count = 0;
  readonly a: Point[];
  readonly b: Point[][];

  /** Begins with no ballot: every sum is the identity. */
  constructor(readonly grades: readonly number[]) {
    this.a = grades.map(() => IDENTITY);
    this.b = grades.map((k) => new Array<Point>(k).fill(IDENTITY));
  }

  /** Adds the ciphertexts that `checkBody` returned. */
  add(ballot: readonly Ciphertext[]): void {
    if (ballot.length !== this.grades.length) throw new Error("a ballot of another slate");
    ballot.forEach((one, s) => {
      this.a[s] = add(this.a[s] as Point, one.a);
      this.b[s] = (this.b[s] as Point[]).map((sum, k) => add(sum, one.b[k] as Point));
    });
    this.count += 1;
  }

  /** Adds a body that was checked before, in another worker for instance. */
  addCheckedBody(body: Bytes): void {
    this.add(ciphertextsOf(this.grades, body));
  }

  /** Adds the sums of another box under the same key set: how a pool is opened as one. */
  addSums(other: Sums): void {
    if (other.grades.join() !== this.grades.join()) throw new Error("sums of another slate");
    this.a.forEach((sum, s) => {
      this.a[s] = add(sum, other.a[s] as Point);
      this.b[s] = (this.b[s] as Point[]).map((part, k) => add(part, (other.b[s] as Point[])[k] as Point));
    });
    this.count += other.count;
  }

  /** Σ_{k∈mask} ΣB_k of subject s. */
  bOf(s: number, mask: number): Point {
    return (this.b[s] as Point[]).reduce((sum, part, k) => ((mask >> k) & 1 ? add(sum, part) : sum), IDENTITY);
  }

  /** Every sum in its encoding, subject by subject: A ‖ B_1 ‖ … (for comparing and for handing over between workers). */
  toBytes(): Bytes {
    return concat(...pointsBytes(this.grades.flatMap((_, s) => [this.a[s] as Point, ...(this.b[s] as Point[])])));
  }
}
