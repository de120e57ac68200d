/** English for the checking page, looked up by the Chinese sentence. */
import { frame } from "./frame.ts";

export const english: Readonly<Record<string, string>> = {
  ...frame,
  "您的票在不在票箱里": "Is your ballot in the box",
  "拿回执来查：票在不在票箱里": "Bring a receipt: is the ballot in the box",
  "查票不用登录，用哪部手机都行。这里只看得出票在不在箱里，看不出选了什么。":
    "Any device will do and nobody signs in. It shows whether a ballot is in the box, never what it says.",
  "演练，不算数": "practice, does not count",
  "查一张回执": "Check a receipt",
  "把回执二维码扫出来的那串字粘贴在这里": "Paste the letters that the receipt's QR code gives",
  "回执码（两组十六位）只供人核对，查票要用二维码里的整串字。":
    "The receipt code (two groups of sixteen) is for the eye only; checking needs all the letters of the QR code.",
  "或选择保存的回执文件、二维码图片": "Or choose a saved receipt file, or a picture of the QR code",
  "这里没有认出回执。请用手机扫回执上的二维码，把扫出来的整串字粘贴过来。":
    "No receipt was recognised. Scan the receipt's QR code with a phone and paste all the letters it gives.",
  "在票箱内 ✓": "In the box ✓",
  "票箱封好后公布的清单里有这张票。": "The list published when the box was closed holds this ballot.",
  "回执是真的。": "The receipt is genuine.",
  "票箱还没有封；封箱以后再来，可以查到票在不在箱里。": "The box is not closed yet; come back afterwards to see that the ballot is in it.",
  "这张票已封好，还没有回执。请回到投票页，按“继续投出”。": "This ballot is sealed and has no receipt yet. Go back to the voting page and press “Drop it now”.",
  "回执验不过。": "The receipt does not hold.",
  "这不是该票箱签出的回执。请核对是否粘贴完整。": "This box did not sign it. Please see whether all of it was pasted.",
  "不在票箱内 ✗": "Not in the box ✗",
  "回执是真的，票却不在清单里：这是票箱的过失。请留好回执，在异议期内向工会和上级工会提出。":
    "The receipt is genuine and the ballot is not in the list: that is a fault of the box. Keep the receipt and object to the union and its superior in time.",
  "不在票箱内。": "Not in the box.",
  "这张票没有投进，也没有得到回执。": "This ballot was not dropped and got no receipt.",
  "本站没有这张回执上的票箱。请到回执所属的投票网站查。": "This site does not hold the box of that receipt. Please check it at the site it came from.",
};
