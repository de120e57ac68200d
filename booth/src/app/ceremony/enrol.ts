/** 领卡: a card is made in this browser, written down, typed back, and only its public halves leave. */
import { equal, toHex } from "../../core/bytes.ts";
import { deriveKeys, enrolmentMessage, newCard, readCard, scrutineerOf, writeCard } from "../../core/cards.ts";
import { sign } from "../../core/signing.ts";
import { button, h, primary } from "../dom.ts";
import { qrPicture } from "../qr.ts";
import { t } from "../words.ts";
import { cardInput } from "./card.ts";
import { fingerprint, type Seat } from "./seat.ts";
import { errorNote, mustHold, stage } from "./stage.ts";

export function showEnrol(seat: Seat, goOn: () => Promise<void>): void {
  stage(() => ({
    heading: t("{name}，请领您的卡", { name: seat.me.name }),
    content: [
      h("p", {}, t("卡片由这台设备当场做出来，只给您一个人。开箱时要再输入一次：没有卡，您的那一份钥匙就打不开。")),
      h("p", { class: "note warning" }, t("{n} 位监票人里要有 {t} 张卡才能开箱。卡不够，谁也打不开，只能重新投票。", { n: seat.state.n, t: seat.state.t })),
      h("p", {}, t("请准备好纸笔或打印机，别让旁人看见屏幕。")),
      h("div", { class: "actions" }, primary(t("做我的卡"), () => showCard(seat, newCard(), goOn))),
    ],
  }));
}

function showCard(seat: Seat, card: Uint8Array, goOn: () => Promise<void>): void {
  const text = writeCard(card);
  stage(() => ({
    heading: t("请把卡抄下来或打印出来"),
    content: [
      h(
        "section",
        { class: "card receipt" },
        h("h2", {}, t("监票人卡 · {name}", { name: seat.me.name })),
        h("p", {}, seat.state.title),
        h("p", { class: "mono cardtext" }, text.split("-").map((group) => [h("span", { class: "nowrap" }, group), " "])),
        qrPicture(text, t("卡片二维码")),
        h("p", { class: "soft" }, t("只用于这一次投票。请收好，不要拍照外传。")),
      ),
      h("div", { class: "actions" }, primary(t("抄好了，核对"), () => typeBack(seat, card, goOn)), button(t("打印"), () => print())),
    ],
  }));
}

/** A card that cannot be read is worse than none: it must be typed back from the paper. */
function typeBack(seat: Seat, card: Uint8Array, goOn: () => Promise<void>): void {
  const input = cardInput();
  const trouble = h("div", {});
  const press = async () => {
    trouble.replaceChildren();
    try {
      mustHold(equal(readCard(input.value), card), t("和刚才的卡不一样，请照着您抄的卡再输入一遍。"));
      await enrol(seat, card);
      await goOn();
    } catch (error) {
      trouble.replaceChildren(errorNote(error));
      input.focus();
    }
  };
  stage(() => ({
    heading: t("请照着您抄的卡输入一遍"),
    content: [
      h("section", { class: "card" }, h("label", { class: "field", for: "card" }, t("输入您的卡片（九组，每组四位）")), input, trouble),
      h("div", { class: "actions" }, primary(t("核对并登记"), press), button(t("再看一眼卡"), () => showCard(seat, card, goOn))),
    ],
  }));
}

async function enrol(seat: Seat, card: Uint8Array): Promise<void> {
  const keys = deriveKeys(card, seat.pollId);
  const me = scrutineerOf(keys, seat.me.name);
  const proof = sign(keys.sign, enrolmentMessage(seat.pollId, seat.i, me.exchange));
  await seat.ask("enrol", { key: toHex(me.key), exchange: toHex(me.exchange), proof: toHex(proof) });
  await seat.refresh();
  mustHold(seat.me.key === toHex(me.key) && seat.me.exchange === toHex(me.exchange), t("服务器登记的和您的卡对不上，请告诉主持人。"));
}

export function myFingerprint(seat: Seat): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("p", {}, t("请大声念出您的指纹，请大家和各自屏幕上的对一对：")),
    h("p", { class: "mono cardtext" }, fingerprint(seat.me)),
  );
}
