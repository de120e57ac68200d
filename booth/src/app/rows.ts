/**
 * What this device keeps of a ballot, by state (docs/spec/ballot.md, "Client states"). Bytes are lower-case hex, so that both
 * kinds of storage hold the same thing. Neither a choice nor any encryption randomness is ever part of a row.
 */
interface Place {
  /** box_hash: the key of the row. */
  readonly box: string;
  /** poll_hash. */
  readonly poll: string;
}

/** What can sign a ballot: kept until it can no longer be used. */
export interface Means {
  readonly sk: string;
  readonly pk: string;
  /** Finalized signatures of the issuers, in the manifest's order. */
  readonly sigs: readonly string[];
}

export interface Drawing extends Place, Means {
  readonly state: "drawing";
  readonly inv: readonly string[];
  readonly blinded: readonly string[];
}

export interface Held extends Place, Means {
  readonly state: "held";
}

/** A ballot that the box took. */
export interface Taken {
  readonly leaf: string;
  readonly receipt: string;
  readonly seq: number;
}

export interface Dropping extends Place, Means {
  readonly state: "dropping";
  readonly record: string;
  readonly seq: number;
  /** The ballot that still counts if this one is refused: present when a ballot is being changed. */
  readonly before?: Taken;
}

export interface Cast extends Place, Taken {
  readonly state: "cast";
  /** Present while the ballot may still be changed. */
  readonly means?: Means;
}

export type Row = Drawing | Held | Dropping | Cast;

/** Tells two rows of one box apart: a move is made only from the row that its maker saw. */
export function stamp(row: Row | undefined): string {
  if (row === undefined) return "";
  const detail = row.state === "drawing" ? row.sigs.length : row.state === "held" ? 0 : row.seq;
  return `${row.state}:${detail}:${row.state === "cast" && row.means !== undefined ? "open" : ""}`;
}

/** From a row as seen to its successor; `to` undefined removes the row. */
export interface Move {
  readonly from: Row;
  readonly to: Row | undefined;
}
