/**
 * Where ballots wait on this device: IndexedDB `pingjia`, store `token`, key box_hash; localStorage where there is no IndexedDB.
 * Every change is on disk before the promise resolves, and changes all its rows or none: two tabs cannot both own a box.
 */
import { stamp, type Move, type Row } from "./rows.ts";

export interface Store {
  /** Every row on this device. */
  all(): Promise<Row[]>;
  /** Adds all rows, or none if any of their boxes has a row already. */
  add(rows: readonly Row[]): Promise<boolean>;
  /** Makes all moves, or none if any row is no longer what its maker saw. */
  move(moves: readonly Move[]): Promise<boolean>;
}

/** The first storage that works, or null: then nobody may draw a ballot here. */
export async function openStore(): Promise<Store | null> {
  try {
    return new DatabaseStore(await openDatabase());
  } catch {
    return openPlain();
  }
}

function openPlain(): Store | null {
  try {
    const probe = "pingjia-probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return new PlainStore(localStorage);
  } catch {
    return null;
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("pingjia", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("token", { keyPath: "box" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

export class DatabaseStore implements Store {
  constructor(private readonly database: IDBDatabase) {}

  all(): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const request = this.database.transaction("token").objectStore("token").getAll();
      request.onsuccess = () => resolve(request.result as Row[]);
      request.onerror = () => reject(request.error);
    });
  }

  add(rows: readonly Row[]): Promise<boolean> {
    return this.write((store) => rows.forEach((row) => store.add(row)));
  }

  move(moves: readonly Move[]): Promise<boolean> {
    return this.write((store, giveUp) => {
      let waiting = moves.length;
      for (const move of moves) {
        const request = store.get(move.from.box);
        request.onsuccess = () => {
          if (stamp(request.result as Row | undefined) !== stamp(move.from)) return giveUp();
          waiting -= 1;
          if (waiting > 0) return;
          for (const { from, to } of moves) to === undefined ? store.delete(from.box) : store.put(to);
        };
      }
    });
  }

  /** One transaction: true when committed, false when given up or a row was there already. */
  private write(work: (store: IDBObjectStore, giveUp: () => void) => void): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction("token", "readwrite", { durability: "strict" });
      let gaveUp = false;
      const giveUp = () => {
        if (!gaveUp) transaction.abort();
        gaveUp = true;
      };
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => {
        const taken = transaction.error?.name === "ConstraintError";
        gaveUp || taken ? resolve(false) : reject(transaction.error ?? new Error("storage failed"));
      };
      work(transaction.objectStore("token"), giveUp);
    });
  }
}

const PREFIX = "pingjia:token:";

/** localStorage is written at once and by one tab at a time, so reading, comparing and writing without a pause is one step. */
export class PlainStore implements Store {
  constructor(private readonly storage: Storage) {}

  async all(): Promise<Row[]> {
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "");
    return keys.filter((key) => key.startsWith(PREFIX)).map((key) => this.read(key.slice(PREFIX.length)) as Row);
  }

  async add(rows: readonly Row[]): Promise<boolean> {
    if (rows.some((row) => this.read(row.box) !== undefined)) return false;
    rows.forEach((row) => this.write(row));
    return true;
  }

  async move(moves: readonly Move[]): Promise<boolean> {
    if (moves.some(({ from }) => stamp(this.read(from.box)) !== stamp(from))) return false;
    for (const { from, to } of moves) to === undefined ? this.storage.removeItem(PREFIX + from.box) : this.write(to);
    return true;
  }

  private read(box: string): Row | undefined {
    const text = this.storage.getItem(PREFIX + box);
    return text === null ? undefined : (JSON.parse(text) as Row);
  }

  private write(row: Row): void {
    this.storage.setItem(PREFIX + row.box, JSON.stringify(row));
  }
}
