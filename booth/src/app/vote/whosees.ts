/** 谁能看到什么: the eight sentences of the site's page in brief, with their conditions; one tap away, without leaving the page. */
import { h } from "../dom.ts";
import { t } from "../words.ts";

export function whoSeesWhat(): HTMLElement {
  const sentences = [
    t("停止投票以后，保存下来的东西里谁也看不出您怎么投；票箱只开总数，不开单票。"),
    t("一人一票：别人不能替您投，也不能多塞票；除非所有发票方串通，而且被冒名的人从来不去查。"),
    t("票在不在箱里，拿着回执随时能查，不用登录。"),
    t("停止投票以前谁也看不到结果；除非规定人数的监票人串通，或者封箱用的那台电脑作弊。"),
    t("谁都能重算：有效票 20 张起重算全部等次，更少时能查有没有多票少票。"),
    t("回执看不出您选了什么，给谁看都行。"),
    t("单位看不到谁没投；提醒一律发给所有人。"),
    t("盯着屏幕、拿走手机的人能看到或替您投，被改动过的手机也管不住：请到投票点用公用机投，或向上级工会反映。"),
  ];
  return h("details", {}, h("summary", {}, t("谁能看到什么")), h("ol", {}, sentences.map((sentence) => h("li", {}, sentence))));
}
