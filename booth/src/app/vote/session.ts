/** What the views of one poll share, and the way on from any state. */
import type { BoxFiles, BoxState, PollFiles } from "../pollfiles.ts";
import type { Row } from "../rows.ts";
import type { Store } from "../store.ts";
import { h, type Child } from "../dom.ts";
import { boxNumber } from "../../core/crockford.ts";
import { t } from "../words.ts";

export interface Session {
  readonly store: Store;
  readonly poll: PollFiles;
  rows: readonly Row[];
  /** State of the ballot box as the booth tells it; it chooses words only. */
  state: BoxState;
  /** Reads the device again and shows what is to be done now, under a sentence about what just went wrong. */
  readonly goOn: (trouble?: string) => Promise<void>;
  /** Leaves this poll and shows what is on the device. */
  readonly leave: () => Promise<void>;
}

/** The box whose questions are on the page: the first with a slate. */
export function ballotOf(poll: PollFiles): BoxFiles {
  return poll.boxes.find(({ slate }) => slate !== null) ?? (poll.boxes[0] as BoxFiles);
}

export function opinionOf(poll: PollFiles): BoxFiles | undefined {
  return poll.boxes.find(({ slate }) => slate === null);
}

export function pollTitle(poll: PollFiles): string {
  const { box, slate } = ballotOf(poll);
  return slate?.title ?? box.title;
}

/** 领票 → 填票 → 已投出, with where we are. */
export function steps(now: 0 | 1 | 2): HTMLElement {
  const words = [t("领票"), t("填票"), t("已投出")];
  return h(
    "ol",
    { class: "steps", "aria-label": t("三步") },
    words.map((word, i) =>
      h("li", { class: i < now || now === 2 ? "done" : i === now ? "now" : "", ...(i === now ? { "aria-current": "step" } : {}) }, word),
    ),
  );
}

export function troubleNote(trouble: string | undefined): Child {
  return trouble !== undefined && h("p", { class: "note error", role: "alert" }, trouble);
}

export function number(files: BoxFiles): HTMLElement {
  return h("span", { class: "mono nowrap" }, boxNumber(files.box.hash));
}
