/** English for what stands around every page, and for words that several pages use. */
export const frame: Readonly<Record<string, string>> = {
  "大字": "Large type",
  "评家": "Pingjia",
  "投票": "Vote",
  "查票": "Check a ballot",
  "复核票箱": "Verify a box",
  "封箱与开箱": "Sealing and opening",
  "演练：这里投的票只供练习，不算数": "Practice: ballots cast here do not count",
  "谁能看到什么": "Who can see what",
  "再试一次": "Try again",
  "返回": "Back",
  "正在核对票箱": "Checking the box",
  "打印": "Print",
  "弃权": "Abstain",
  "箱号": "Box number",
  "票箱": "Box",
  "回执": "Receipt",
  "回执码": "Receipt code",
  "回执二维码": "QR code of the receipt",
  "评家 回执": "Pingjia receipt",
  "这张回执不说明您选了什么。投票截止后，可在 {place} 查票。": "This receipt does not say what you chose. After voting has closed, check it at {place}.",
  "没有连上网。请看一看网络，再按“再试一次”；什么都没有丢。": "There is no connection. Please check the network and press “Try again”; nothing is lost.",
  "没有找到这次投票。请重新扫一遍票券上的二维码；还不行就请联系工会。":
    "This vote was not found. Please scan the code on your slip again; if that does not help, ask your union.",
  "刚才试得太多了。请等一分钟，再按“再试一次”。": "There were too many attempts. Please wait a minute, then press “Try again”.",
  "服务器这会儿答不上来（{code}）。请过一会儿再按“再试一次”；什么都没有丢。":
    "The server cannot answer just now ({code}). Please wait a little and press “Try again”; nothing is lost.",
  "这次投票的公开材料对不上，为了您的票不出错，本页停在这里。请把这句话告诉监票人：{why}":
    "The public papers of this vote do not fit together, so this page stops here to keep your ballot safe. Please tell a scrutineer: {why}",
  "本页出了意外。请重新打开本页再试；已领的票还在本机。（{why}）":
    "Something unexpected happened. Please open this page again; a ballot you have drawn is still on this device. ({why})",
};
