/** What went wrong, in one sentence that says what to do. Chinese; English by the dictionary. */
import { Refused } from "../core/bytes.ts";
import { Unreachable } from "./net.ts";
import { t } from "./words.ts";

/** Sentence for a failure while reading the poll's public files. */
export function readingTrouble(error: unknown): string {
  if (error instanceof Unreachable) {
    if (error.status === 0) return t("没有连上网。请看一看网络，再按“再试一次”；什么都没有丢。");
    if (error.status === 404) return t("没有找到这次投票。请重新扫一遍票券上的二维码；还不行就请联系工会。");
    if (error.status === 429) return t("刚才试得太多了。请等一分钟，再按“再试一次”。");
    return t("服务器这会儿答不上来（{code}）。请过一会儿再按“再试一次”；什么都没有丢。", { code: error.status });
  }
  if (error instanceof Refused) {
    return t("这次投票的公开材料对不上，为了您的票不出错，本页停在这里。请把这句话告诉监票人：{why}", { why: error.message });
  }
  return t("本页出了意外。请重新打开本页再试；已领的票还在本机。（{why}）", { why: String((error as Error)?.message ?? error) });
}

/** Sentence for a failure while drawing, by the issuer's status (1…7). */
export function drawTrouble(status: number): string {
  const sentences: Readonly<Record<number, string>> = {
    1: t("这次投票的名册上没有您。请向工会核对名册。"),
    2: t("这张票券已经领过票了。如果是您用别的手机或浏览器领的，请回那里投；如果不是您领的，请马上告诉上级工会。"),
    3: t("您已登记用纸质票，请到现场投票点领纸质票。"),
    4: t("现在不在领票时间里（还没开始，或已经截止）。"),
    5: t("票券号不对。请再扫一遍票券上的二维码，或仔细核对后重新输入。"),
    6: t("领票的请求没有送对。请按“继续领票”再试一次；还不行请找监票人。"),
    7: t("领票处正忙。请等一分钟，再按“继续领票”；不会领重。"),
  };
  return sentences[status] ?? t("领票处给了一个看不懂的回答。请按“继续领票”再试一次。");
}

export function badSignatures(): string {
  return t("领票处给的签章对不上，这一次不能算领到。请按“继续领票”再试一次；还不行，请报告上级工会。");
}

/** Sentence for a drop that was not accepted, by the box's status; `opens` is the time from which it is open. */
export function dropTrouble(status: number, opens: string, changing: boolean): string {
  if (changing && status !== 7) {
    return status === 2
      ? t("票箱已经封了，这次改票没有得到回执。上一张票的回执仍然有效。")
      : t("这次改票票箱没有收，上一张票仍然算数。");
  }
  const sentences: Readonly<Record<number, string>> = {
    1: t("票箱还没有开，{opens} 开始投票。您的票已封好，留在本机；到时打开本页，按“继续投出”。", { opens }),
    2: t("票箱已经封了，这张票没有得到回执。可在“查票”里看它在不在票箱里。"),
    3: t("票箱说这张票的样子不对，没有收。请重新填一次再投；还不行，请找监票人。"),
    4: t("票箱不认这张票上的签章，没有收。请找监票人，并报告上级工会。"),
    5: t("票箱说这张票的签名不对，没有收。请重新填一次再投；还不行，请找监票人。"),
    6: t("票箱里已经有这一张票的另一份。若不是您自己投的，请马上告诉监票人。"),
    7: t("票箱正忙，还没有收下。票没有丢，请等几秒再按“继续投出”。"),
  };
  return sentences[status] ?? t("票箱给了一个看不懂的回答。票没有丢，请再按“继续投出”。");
}

/** Sentence for a drop without an answer that can be believed. */
export function postTrouble(error: unknown): string {
  if (error instanceof Unreachable) {
    return error.status === 429
      ? t("票箱正忙，还没有收下。票没有丢，请等几秒再按“继续投出”。")
      : t("没有连上票箱。您的票已封好，留在本机，没有丢；网络好了按“继续投出”，投的还是同一张。");
  }
  if (error instanceof Refused) return t("票箱给的回执验不过，还不能算投出。请按“继续投出”再试；还不行，请告诉监票人。");
  return readingTrouble(error);
}
