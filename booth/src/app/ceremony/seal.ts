/** 封箱: the chief's browser deals the keys, each scrutineer's browser checks its own part and signs. */
import { fromHex, toHex, fromUtf8 } from "../../core/bytes.ts";
import { accept, deal } from "../../core/sealing.ts";
import { h, painted, primary } from "../dom.ts";
import { t } from "../words.ts";
import { cardForm } from "./card.ts";
import { myFingerprint } from "./enrol.ts";
import { sameScrutineers, type Seat } from "./seat.ts";
import { errorNote, mustHold, people, stage, stageWaiting } from "./stage.ts";

/** Waits until everybody has a card; then the chief may deal. */
export function showGathering(seat: Seat, goOn: () => Promise<void>): void {
  const missing = seat.state.scrutineers.filter((person) => person.key === "").length;
  if (missing === 0 && seat.i === 1) return showDeal(seat, goOn);
  stageWaiting(
    () => ({
      heading: missing > 0 ? t("还差 {n} 位监票人领卡", { n: missing }) : t("卡都领好了，等总监票人封箱"),
      content: [myFingerprint(seat), people(seat.state.scrutineers, (person) => (person.key === "" ? t("还没领卡") : t("已领卡 ✓")))],
    }),
    () => seat.refresh(),
    goOn,
  );
}

function showDeal(seat: Seat, goOn: () => Promise<void>): void {
  const trouble = h("div", {});
  const press = async () => {
    try {
      await painted();
      await sealIt(seat);
      // The secret was in this page for an instant; loading the page anew leaves nothing of it.
      location.reload();
    } catch (error) {
      trouble.replaceChildren(errorNote(error));
      await seat.refresh().catch(() => false);
      if (seat.state.keyset !== "") await goOn();
    }
  };
  stage(() => ({
    heading: t("总监票人，请封箱"),
    content: [
      h("p", {}, t("请每位监票人念一遍自己的指纹，和下面逐个对上。对不上就不要封。")),
      people(seat.state.scrutineers, () => t("已领卡 ✓")),
      h("p", { class: "note warning" }, t("封箱以后换不了监票人。开箱要 {n} 人里的 {t} 人到场输入卡片；卡不够就永远打不开，只能重新投票。", { n: seat.state.n, t: seat.state.t })),
      trouble,
      h("div", { class: "actions" }, primary(t("指纹都对上了，封箱"), press)),
    ],
  }));
}

async function sealIt(seat: Seat): Promise<void> {
  const { n, t: needed, grades, scrutineers } = seat.state;
  mustHold(scrutineers.length === n, t("监票人的人数和登记的不一样。"));
  const dealt = await deal({
    pollId: seat.pollId,
    grades,
    t: needed,
    scrutineers: scrutineers.map((person) => ({ exchange: fromHex(person.exchange, 32), key: fromHex(person.key, 32), name: person.name })),
  });
  await seat.ask("seal", { keyset: fromUtf8(dealt.keyset), shares: dealt.sealed.map(toHex) });
}

/** 验卡: the own share is opened and checked; only then is the key set signed. */
export function showAccept(seat: Seat, goOn: () => Promise<void>): void {
  const form = cardForm(seat, t("验卡并签字"), async (keys) => {
    const { keyset } = await seat.share(keys);
    mustHold(toHex(keyset.pollId) === seat.state.poll_id, t("这一套钥匙是给另一次投票的，不能签。"));
    mustHold(sameScrutineers(keyset, seat.state), t("钥匙上的监票人和在场的对不上，不能签。"));
    mustHold(keyset.t === seat.state.t && keyset.keys.length === seat.state.grades, t("钥匙的份数和规定的不一样，不能签。"));
    await seat.ask("accept", { signature: toHex(accept(keyset, keys.sign)) });
    await seat.refresh();
    await goOn();
  });
  stage(() => ({
    heading: t("箱已封，请验您的那一份钥匙"),
    content: [
      h("p", {}, t("输入卡片，本页当场打开您的那一份、对照公布的承诺逐项核对；对得上，您的签字才发出。")),
      form,
      people(seat.state.scrutineers, (person) => (person.accepted ? t("已签字 ✓") : t("还没签字"))),
    ],
  }));
}

/** Between sealing and opening: who has signed, and that there is nothing to do until the box is closed. */
export function showSealed(seat: Seat, goOn: () => Promise<void>): void {
  const waiting = seat.state.scrutineers.filter((person) => !person.accepted).length;
  stageWaiting(
    () => ({
      heading: waiting > 0 ? t("还差 {n} 位监票人签字", { n: waiting }) : t("票箱已封好，等投票结束后开箱"),
      content: [
        h("p", { class: "note success" }, t("您已验过自己的那一份并签字。请把卡片收好，开箱时再来。")),
        people(seat.state.scrutineers, (person) => (person.accepted ? t("已签字 ✓") : t("还没签字"))),
        waiting === 0 && h("p", {}, t("本页可以关掉；投票结束后用同一张邀请券再进来。")),
      ],
    }),
    () => seat.refresh(),
    goOn,
  );
}
