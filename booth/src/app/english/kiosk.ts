/** English for a device without a name. */
import { english as vote } from "./vote.ts";

export const english: Readonly<Record<string, string>> = {
  ...vote,
  "公用机": "Shared device",
  "这台设备还没有设成公用机": "This device is not set up for sharing yet",
  "请工作人员在“公用机”一页打开这次投票的公用机地址。": "Please let an officer open this vote's address from the page “Shared devices”.",
  "这台设备不能当公用机": "This device cannot be shared",
  "这里存着别人的票或回执。请先用完、忘掉，或者换一台设备，免得把它清掉。":
    "Somebody's own ballot or receipt is kept here. Use it up and forget it first, or take another device, so that it is not wiped.",
  "请下一位会员投票": "Next member, please",
  "开始": "Start",
  "拿着领票条，一个人站到屏幕前。不用登录，这台机器不知道您是谁。":
    "Take your slip and step up to the screen alone. You do not sign in; this device does not know who you are.",
  "投完以后什么也不留在这台机器上，也不能改票。60 秒没人操作就清空。":
    "Nothing stays on this device afterwards, and a ballot cast here cannot be changed. After 60 seconds without a touch everything is wiped.",
  "领票以后、看到“已投出”以前，断电、关机或者走开，这张票就没有了，不能补发。":
    "If the power fails, or you switch off or walk away after drawing and before you see “Ballot cast”, that ballot is lost and cannot be replaced.",
  "请输入领票条里的码": "Please type the code inside your slip",
  "领票处": "Issuing desk",
  "不投了，回到开始": "Stop and go back to the start",
  "不投了，清空": "Stop and wipe",
  "票已经领出来了。现在清空，这张票就没有了，也不能补发。清空吗？":
    "The ballot has been drawn. If you wipe now, it is lost and cannot be replaced. Wipe?",
  "领票处送回来的东西不对，没有领到票。请叫工作人员。": "The issuing desk sent back something wrong; no ballot was drawn. Please call an officer.",
  "没有领到票": "No ballot was drawn",
  "投票还没有开始": "Voting has not begun",
  "公用机不保存票，所以要等投票开始以后再领。": "A shared device keeps no ballots, so please wait until voting has begun.",
  "回到开始": "Back to the start",
  "请先不要离开，看到“已投出”才算投完。": "Please stay until you see “Ballot cast”.",
  "请不要离开，也不要关机：这台机器每 5 秒自己再送一次，送的还是同一张。送不出去，请叫工作人员接好网络。":
    "Please stay, and do not switch off: this device sends the same ballot again every 5 seconds. If that fails, ask an officer to mend the network.",
  "{n} 秒内没人操作，这一轮就清空。碰一下屏幕继续": "Without a touch everything is wiped in {n} second{s}. Touch the screen to go on",
  "{n} 秒后回到开始，这台机器什么也不留。": "Back to the start in {n} second{s}; this device keeps nothing.",
  "看完、拍完，请按“完成”。没人操作，一分钟后自己清空。": "Press “Done” when you have looked or taken a photograph. Without a touch it is wiped after a minute.",
  "您的票已在票箱里，回执已验过。": "Your ballot is in the box, and its receipt has been verified.",
  "完成": "Done",
  "打印回执": "Print the receipt",
  "我要拍照，多留一会儿": "Keep it a while, I want a photograph",
};
