/** 开箱: the set is verified here, the card is typed, this scrutineer's part goes out; then the parts are put together. */
import { fromHex, toHex } from "../../core/bytes.ts";
import type { CardKeys } from "../../core/cards.ts";
import { decrypt, openPartials, readPartials, sealPartials, writePartials, type Partial } from "../../core/opening.ts";
import type { Share } from "../../core/sealing.ts";
import { button, h, painted, primary, progress } from "../dom.ts";
import { t } from "../words.ts";
import { cardForm } from "./card.ts";
import { Stopped } from "./crew.ts";
import { rememberOpening, tierWords, verifySet, type VerifiedSet } from "./openset.ts";
import { showOutcome } from "./outcome.ts";
import { Declined, type Person, type Seat, type SetInfo } from "./seat.ts";
import { errorNote, mustHold, people, stage, stageWaiting } from "./stage.ts";

export function showVerify(seat: Seat, info: SetInfo): void {
  stage(() => ({
    heading: t("开箱第一步：核验票箱"),
    content: [
      h("p", {}, t("本页自己下载整个票箱，逐张核验：有没有多票、少票，每张票的签章、签名和证明对不对。核验不过，就不能打开。")),
      h("div", { class: "actions" }, primary(t("开始核验"), () => verify(seat, info))),
    ],
  }));
}

async function verify(seat: Seat, info: SetInfo): Promise<void> {
  const list = h("ul", { class: "checks" });
  const bar = progress(t("正在核验票箱"));
  const count = h("p", { class: "soft", role: "status" });
  const stop = new AbortController();
  const halt = () => h("div", { class: "actions" }, button(t("停止核验"), () => stop.abort()));
  stage(() => ({ heading: t("正在核验票箱"), content: [bar, count, list, halt()] }));
  await painted();
  try {
    const set = await verifySet(seat, info, {
      signal: stop.signal,
      done: (sentence) => list.append(h("li", { class: "ok" }, sentence)),
      counting: (done, all) => {
        bar.max = Math.max(all, 1);
        bar.value = done;
        count.textContent = t("已验 {done} / {all} 张", { done, all });
      },
    });
    showVerified(seat, set, list);
  } catch (error) {
    if (error instanceof Stopped) return showVerify(seat, info);
    const trouble = errorNote(error);
    stage(() => ({
      heading: t("核验不过，不能开箱"),
      wide: true,
      content: [trouble, list, h("div", { class: "actions" }, button(t("再核验一遍"), () => verify(seat, info)))],
    }));
  }
}

function figures(set: VerifiedSet): HTMLElement {
  const one = (words: string, n: number) => h("li", {}, h("b", {}, n), h("span", {}, words));
  return h(
    "ul",
    { class: "figures" },
    one(t("发出"), set.issued),
    one(t("收回"), set.returned),
    one(t("无效"), set.invalid),
    one(t("有效"), set.set.valid),
  );
}

function showVerified(seat: Seat, set: VerifiedSet, list: HTMLElement): void {
  const done = seat.me.contributed;
  const words = set.places.length === 0 ? t("继续") : done ? t("继续计票") : t("打开合计");
  const form = cardForm(seat, words, async (keys) => {
    await painted();
    const { keyset, share } = await seat.share(keys);
    mustHold(toHex(keyset.hash) === toHex(set.keyset.hash), t("您的钥匙不是这个票箱的。"));
    await contribute(seat, set, keys, share);
  });
  stage(() => ({
    heading: t("核验通过：收回 {returned}，发出 {issued}", { returned: set.returned, issued: set.issued }),
    wide: true,
    content: [
      figures(set),
      list,
      h("div", { class: "note" }, h("p", {}, tierWords(set.set.tier)), set.places.length > 0 && h("p", {}, t("打开的只是合计数，没有一张票会被单独打开。"))),
      form,
    ],
  }));
}

/** Sends this scrutineer's part (once), then waits for enough others. */
async function contribute(seat: Seat, set: VerifiedSet, keys: CardKeys, share: Share): Promise<void> {
  rememberOpening(set);
  const mine = set.places.map((place) => decrypt(share, set.opening, place, set.sums.a[place.s] as (typeof set.sums.a)[number]));
  if (mine.length > 0 && !seat.me.contributed) {
    try {
      await seat.ask("partials", { set: set.info.id, ...(await outgoing(seat, set, mine)) });
    } catch (error) {
      // The others have finished without this part.
      if (!(error instanceof Declined && error.reason === "result_exists")) throw error;
    }
  }
  await seat.refresh();
  await gather(seat, set, keys, mine);
}

async function outgoing(seat: Seat, set: VerifiedSet, mine: readonly Partial[]): Promise<object> {
  if (set.set.tier === "full") return { public: toHex(writePartials(mine)) };
  const sealed: Record<string, string> = {};
  for (const [at, person] of set.keyset.scrutineers.entries()) {
    const i = at + 1;
    if (i !== seat.i) sealed[String(i)] = toHex(await sealPartials(mine, set.opening, seat.i, i, person.exchange));
  }
  return { sealed };
}

/** Everybody's parts by their numbers: our own from here, the others' from the relay, unreadable ones left out. */
async function partsSoFar(seat: Seat, set: VerifiedSet, keys: CardKeys, mine: readonly Partial[]): Promise<Map<number, readonly Partial[]>> {
  const inbox = await seat.ask("inbox", { set: set.info.id });
  const parts = new Map<number, readonly Partial[]>([[seat.i, mine]]);
  const take = async (i: number, read: () => Promise<Partial[]> | Partial[]) => {
    if (i === seat.i) return;
    try {
      const found = await read();
      if (found.every((partial) => partial.i === i)) parts.set(i, found);
    } catch {
      // Somebody's part does not read: the others may be enough.
    }
  };
  for (const [i, hex] of Object.entries((inbox["public"] ?? {}) as Record<string, string>)) {
    await take(Number(i), () => readPartials(fromHex(hex)));
  }
  for (const [i, hex] of Object.entries((inbox["sealed"] ?? {}) as Record<string, string>)) {
    await take(Number(i), () => openPartials(fromHex(hex), set.opening, Number(i), seat.i, keys.exchange));
  }
  return parts;
}

async function gather(seat: Seat, set: VerifiedSet, keys: CardKeys, mine: readonly Partial[]): Promise<void> {
  let parts = await partsSoFar(seat, set, keys, mine);
  const enough = () => set.places.length === 0 || parts.size >= set.keyset.t;
  if (enough()) return showOutcome(seat, set, keys, mine, [...parts.values()].flat());
  const given = (person: Person) => (parts.has(person.i) ? t("已输入卡片 ✓") : t("等待中"));
  stageWaiting(
    () => ({
      heading: t("还差 {n} 位监票人输入卡片", { n: set.keyset.t - parts.size }),
      wide: true,
      content: [figures(set), h("p", { class: "huge" }, `${parts.size} / ${set.keyset.t}`), people(seat.state.scrutineers, given)],
    }),
    async () => {
      const before = parts.size;
      parts = await partsSoFar(seat, set, keys, mine);
      return parts.size !== before;
    },
    () => (enough() ? showOutcome(seat, set, keys, mine, [...parts.values()].flat()) : gather(seat, set, keys, mine)),
  );
}
