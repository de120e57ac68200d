/** 谁能看到什么: eight sentences, one tap away and without leaving the page. */
import { h } from "../dom.ts";
import { t } from "../words.ts";

export function whoSeesWhat(): HTMLElement {
  const sentences = [
    t("谁也不能从保存下来的任何东西里看出您怎么投：数据库、记录、备份、公布的文件里都没有。"),
    t("票箱只开总数，任何一张单票都不会被打开。"),
    t("一人一票：别人不能替您投，也不能往箱里添票。"),
    t("您的票在不在箱里，您自己随时能查，不用登录。"),
    t("封箱以前没有人知道结果；开箱要几位监票人一起到场。"),
    t("回执不说明您选了什么，给谁看都行。"),
    t("盯着您的屏幕、拿着您手机的人能看到您怎么投：有人逼您，请到现场投票点投，或向上级工会反映。"),
    t("本页管不住被人改动过的手机或浏览器；不放心，请用现场投票点的设备。"),
  ];
  return h("details", {}, h("summary", {}, t("谁能看到什么")), h("ol", {}, sentences.map((sentence) => h("li", {}, sentence))));
}
