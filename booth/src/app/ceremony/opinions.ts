/** 意见箱: the scrutineers hand their parts of its key to the chief, whose browser counts first and reads only from ten texts on. */
import { fromHex, toHex, type Bytes } from "../../core/bytes.ts";
import type { CardKeys } from "../../core/cards.ts";
import { K_FREE, openReshare, outcomeMessage, readOpinions, rebuildKey, reshare } from "../../core/opinion.ts";
import { sign } from "../../core/signing.ts";
import { h, painted, primary, progress } from "../dom.ts";
import { t } from "../words.ts";
import type { ClosedBoxFiles } from "./boxfiles.ts";
import { READER, verifyOpinionBox } from "./openset.ts";
import type { Seat } from "./seat.ts";
import { errorNote, stage, stageWaiting } from "./stage.ts";

/** Box after box: each is verified, the own part of its key goes to the reader; the reader's own part stays. */
export async function showHandOver(seat: Seat, keys: CardKeys, done = 0): Promise<void> {
  const boxes = seat.state.boxes.filter((box) => box.kind === "opinion");
  const box = boxes[done];
  if (box === undefined) return showThanks(seat);
  const bar = progress(t("正在核验意见箱"));
  stage(() => ({ heading: t("正在核验意见箱"), content: [h("p", {}, box.title), bar] }));
  await painted();
  try {
    const closed = await verifyOpinionBox(seat, box.box_hash, (checked, all) => {
      bar.max = Math.max(all, 1);
      bar.value = checked;
    });
    const { keyset, share } = await seat.share(keys);
    const next = () => showHandOver(seat, keys, done + 1);
    if (seat.i === READER) return await waitForShares(seat, keys, closed, share.opinion, next);
    const reader = keyset.scrutineers[READER - 1] as (typeof keyset.scrutineers)[number];
    const sealed = await reshare(share.opinion, closed.files.box.hash, reader.exchange);
    await seat.ask("opinion_shares", { box: box.box_hash, sealed: { [String(READER)]: toHex(sealed) } });
    await next();
  } catch (error) {
    const trouble = errorNote(error);
    stage(() => ({
      heading: t("意见箱没有处理完"),
      content: [trouble, h("div", { class: "actions" }, primary(t("再试一次"), () => showHandOver(seat, keys, done)))],
    }));
  }
}

function showThanks(seat: Seat): void {
  stage(() => ({
    heading: t("您的工作完成了，谢谢"),
    content: [
      h("p", { class: "note success" }, seat.i === READER ? t("意见箱已读完并签字。") : t("意见箱已核验，您的那一份已交给总监票人的浏览器。")),
      h("p", {}, t("请把卡片收好，异议期过后再销毁。本页可以关掉。")),
    ],
  }));
}

async function sharesSoFar(seat: Seat, keys: CardKeys, closed: ClosedBoxFiles, own: Bytes): Promise<Bytes[]> {
  const inbox = await seat.ask("opinion_inbox", { box: closed.files.hex });
  const found: Bytes[] = [own];
  for (const [i, hex] of Object.entries((inbox["shares"] ?? {}) as Record<string, string>)) {
    if (Number(i) === seat.i) continue;
    try {
      found.push(await openReshare(fromHex(hex), closed.files.box.hash, Number(i), keys.exchange));
    } catch {
      // Not a part of this key: others may be enough.
    }
  }
  return found.sort((x, y) => (x[0] as number) - (y[0] as number));
}

async function waitForShares(seat: Seat, keys: CardKeys, closed: ClosedBoxFiles, own: Bytes, next: () => Promise<void>): Promise<void> {
  const needed = closed.files.keyset.t;
  let shares = await sharesSoFar(seat, keys, closed, own);
  if (shares.length >= needed) return read(seat, keys, closed, shares.slice(0, needed), next);
  stageWaiting(
    () => ({
      heading: t("还差 {n} 位监票人交出意见箱的那一份", { n: needed - shares.length }),
      content: [h("p", { class: "huge" }, `${shares.length} / ${needed}`), h("p", {}, t("凑够以后，本页先数有几条；不足 {k} 条，一条也不看。", { k: K_FREE }))],
    }),
    async () => {
      const before = shares.length;
      shares = await sharesSoFar(seat, keys, closed, own);
      return shares.length > before;
    },
    () => waitForShares(seat, keys, closed, own, next),
  );
}

async function read(seat: Seat, keys: CardKeys, closed: ClosedBoxFiles, shares: readonly Bytes[], next: () => Promise<void>): Promise<void> {
  const { box, keyset, hex } = closed.files;
  const records = closed.leaves.flatMap(({ head, body }) => (body === null ? [] : [{ pk: head.pk, body }]));
  const { texts } = await readOpinions(rebuildKey(shares, keyset.opinionPublic), box.hash, records);
  const signature = toHex(sign(keys.sign, outcomeMessage(box.hash, texts)));
  await seat.ask("opinions", { box: hex, enough: texts !== null, texts: texts ?? [], signature });
  stage(() => ({
    heading: texts === null ? t("不足 {k} 条，未阅读", { k: K_FREE }) : t("收到 {n} 条意见", { n: texts.length }),
    content: [
      h("p", { class: "note success" }, texts === null ? t("意见太少，容易认出是谁写的：一条也没有显示，全部作罢，已签字说明。") : t("已按规定打乱次序，签字交给工会整理。")),
      texts !== null && h("ol", {}, texts.map((text) => h("li", {}, text))),
      h("div", { class: "actions" }, primary(t("看过了"), next)),
    ],
  }));
}
