/** 查票: is a ballot in its box? Any device, any time, nobody signs in. */
import "../app/door.ts";
import { rowsSeen, showReceipts } from "../app/check/mine.ts";
import { askForm } from "../app/check/ask.ts";
import { h } from "../app/dom.ts";
import { english } from "../app/english/check.ts";
import { show, startFrame } from "../app/frame.ts";
import { openStore } from "../app/store.ts";
import { t } from "../app/words.ts";

async function start(): Promise<void> {
  startFrame(english, "查票");
  const store = await openStore();
  const rows = store === null ? [] : rowsSeen(await store.all());
  const mine = h("section", {});
  const asked = askForm();
  show(() => ({
    heading: rows.length > 0 ? t("您的票在不在票箱里") : t("拿回执来查：票在不在票箱里"),
    content: [
      h("p", { class: "lead" }, t("查票不用登录，用哪部手机都行。这里只看得出票在不在箱里，看不出选了什么。")),
      mine,
      asked,
    ],
  }));
  if (rows.length > 0) await showReceipts(mine, rows);
}

void start();
