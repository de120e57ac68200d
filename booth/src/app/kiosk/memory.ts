/** A device without a name keeps a ballot nowhere but here: rows in memory, gone with the round or with the power. */
import { stamp, type Move, type Row } from "../rows.ts";
import type { Store } from "../store.ts";

export class MemoryStore implements Store {
  #rows = new Map<string, Row>();

  async all(): Promise<Row[]> {
    return [...this.#rows.values()];
  }

  async add(rows: readonly Row[]): Promise<boolean> {
    if (rows.some((row) => this.#rows.has(row.box))) return false;
    rows.forEach((row) => this.#rows.set(row.box, row));
    return true;
  }

  async move(moves: readonly Move[]): Promise<boolean> {
    if (moves.some(({ from }) => stamp(this.#rows.get(from.box)) !== stamp(from))) return false;
    for (const { from, to } of moves) to === undefined ? this.#rows.delete(from.box) : this.#rows.set(from.box, to);
    return true;
  }
}
