/** From the last press to the receipt; and the way on when the network is lost between. */
import { dropAll, rowsOf, seal } from "../ballots.ts";
import { fillEnvelope, type Filled } from "../envelope.ts";
import { h, painted, primary, progress } from "../dom.ts";
import { show } from "../frame.ts";
import { post } from "../net.ts";
import { dropTrouble, postTrouble } from "../trouble.ts";
import { moment, t } from "../words.ts";
import { ballotOf, steps, troubleNote, type Session } from "./session.ts";

/** Seals what was filled in, then drops it. If another tab was faster, that tab's ballot is the one that counts. */
export async function sealAndDrop(session: Session, filled: Filled): Promise<void> {
  show(() => ({
    heading: t("正在封票、投出，请稍等"),
    content: [steps(1), progress(t("正在封票、投出，请稍等")), h("p", {}, t("不用做什么，也请先不要关掉本页。"))],
  }));
  await painted();
  const first = await seal(session.store, session.poll, session.rows, (files, pk) => fillEnvelope(files, filled, pk));
  if (!first) return session.goOn(t("另一个页面已经替这张票走下去了，以那一边为准。"));
  await dropWaiting(session);
}

/** Sends what waits; ends in 已投出 or in a sentence. */
export async function dropWaiting(session: Session): Promise<void> {
  const changing = session.rows.some((row) => row.state === "cast" || (row.state === "dropping" && row.before !== undefined));
  let trouble: string | undefined;
  try {
    const status = await dropAll(session.store, session.poll, post);
    if (status !== 0) trouble = dropTrouble(status, moment(ballotOf(session.poll).box.opensAt), changing);
    if (status === 2) session.state = "closed";
  } catch (error) {
    trouble = postTrouble(error);
  }
  session.rows = await rowsOf(session.store, session.poll);
  await session.goOn(trouble);
}

export function showWaiting(session: Session, trouble?: string): void {
  const again = () => dropWaiting(session);
  const over = session.state !== "sealed" && session.state !== "open";
  show(() => ({
    heading: over ? t("票箱已封，这张票没有回执") : t("票已封好，还没有投出"),
    content: [
      steps(1),
      troubleNote(trouble) || h("p", { class: "note warning" }, t("您的票已封好，留在这部手机里，还没有进票箱。按“继续投出”，投的还是同一张。")),
      h("div", { class: "actions" }, over ? h("a", { class: "button", href: "/check" }, t("去查票")) : primary(t("继续投出"), again)),
    ],
  }));
  if (!over) addEventListener("online", () => void again(), { once: true });
}
