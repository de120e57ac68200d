/** Typing the card in: it is read, matched with what this seat enrolled, and forgotten with the page. */
import { toHex } from "../../core/bytes.ts";
import { deriveKeys, readCard, scrutineerOf, type CardKeys } from "../../core/cards.ts";
import { h, primary } from "../dom.ts";
import { t } from "../words.ts";
import type { Seat } from "./seat.ts";
import { errorNote, mustHold } from "./stage.ts";

/** A field for the card and the button that goes on with its keys; a failure of `then` is shown below the field. */
export function cardForm(seat: Seat, words: string, then: (keys: CardKeys) => Promise<void>): HTMLElement {
  const input = cardInput();
  const trouble = h("div", {});
  const press = async () => {
    trouble.replaceChildren();
    try {
      const keys = deriveKeys(readCard(input.value), seat.pollId);
      mustHold(toHex(scrutineerOf(keys, seat.me.name).key) === seat.me.key, t("这不是您在这次投票领的那张卡。"));
      await then(keys);
    } catch (error) {
      trouble.replaceChildren(errorNote(error));
      input.focus();
    }
  };
  const go = primary(words, press);
  input.addEventListener("keydown", (event) => void (event.key === "Enter" && go.click()));
  return h(
    "section",
    { class: "card" },
    h("label", { class: "field", for: "card" }, t("输入您的卡片（九组，每组四位）")),
    input,
    h("p", { class: "soft" }, t("不分大小写，横线可以不打。卡片只在本页里用，用完就忘。")),
    trouble,
    h("div", { class: "actions" }, go),
  );
}

export function cardInput(): HTMLInputElement {
  return h("input", { type: "text", id: "card", class: "mono", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 60 });
}
