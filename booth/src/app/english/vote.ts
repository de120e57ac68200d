/** English for the voting page, looked up by the Chinese sentence. */
import { frame } from "./frame.ts";

export const english: Readonly<Record<string, string>> = {
  ...frame,
  "这个地址没有加密连接，不能在这里领票。请用 https 开头的地址打开。":
    "This address has no secure connection, so no ballot can be drawn here. Please open the address that begins with https.",
  "这个浏览器太旧，封不了票。请点右上角“在浏览器打开”，或到现场投票点投票。":
    "This browser is too old to seal a ballot. Please choose “Open in browser” at the top right, or vote at the polling table.",
  "这个浏览器不让网页保存东西（可能是无痕模式），领到的票会丢。请换一个浏览器打开，或到现场投票点投票。":
    "This browser does not let pages keep anything (a private window?), so a ballot would be lost. Please use another browser, or vote at the polling table.",
  "这次投票的名册上没有您。请向工会核对名册。": "You are not on the roll of this vote. Please check the roll with your union.",
  "这张票券已经领过票了。如果是您用别的手机或浏览器领的，请回那里投；如果不是您领的，请马上告诉上级工会。":
    "A ballot was already drawn with this slip. If you did so on another phone or browser, please vote there; if it was not you, tell the superior union at once.",
  "您已登记用纸质票，请到现场投票点领纸质票。": "You are registered for a paper ballot. Please get it at the polling table.",
  "现在不在领票时间里（还没开始，或已经截止）。": "Ballots are not being handed out now (not yet, or no longer).",
  "票券号不对。请再扫一遍票券上的二维码，或仔细核对后重新输入。": "The slip's number is wrong. Please scan the slip again, or check the number and type it again.",
  "领票的请求没有送对。请按“继续领票”再试一次；还不行请找监票人。":
    "The request for a ballot did not arrive as it should. Press “Go on drawing” once more; if that fails, ask a scrutineer.",
  "领票处正忙。请等一分钟，再按“继续领票”；不会领重。": "The issuing desk is busy. Please wait a minute and press “Go on drawing”; you cannot draw twice.",
  "领票处给了一个看不懂的回答。请按“继续领票”再试一次。": "The issuing desk gave an answer that makes no sense. Press “Go on drawing” once more.",
  "领票处给的签章对不上，这一次不能算领到。请按“继续领票”再试一次；还不行，请报告上级工会。":
    "The issuing desk's signature does not fit, so no ballot was drawn. Press “Go on drawing” once more; if it fails again, report it to the superior union.",
  "票箱已经封了，这次改票没有得到回执。上一张票的回执仍然有效。":
    "The box is closed and this change got no receipt. The receipt of your earlier ballot still holds.",
  "这次改票票箱没有收，上一张票仍然算数。": "The box did not take this change; your earlier ballot still counts.",
  "票箱还没有开，{opens} 开始投票。您的票已封好，留在本机；到时打开本页，按“继续投出”。":
    "The box is not open yet; voting begins {opens}. Your ballot is sealed and stays on this device: open this page then and press “Drop it now”.",
  "票箱已经封了，这张票没有得到回执。可在“查票”里看它在不在票箱里。":
    "The box is closed and this ballot got no receipt. “Check a ballot” tells whether it is in the box.",
  "票箱说这张票的样子不对，没有收。请重新填一次再投；还不行，请找监票人。":
    "The box says this ballot is malformed and did not take it. Please fill it in again; if that fails, ask a scrutineer.",
  "票箱不认这张票上的签章，没有收。请找监票人，并报告上级工会。":
    "The box does not accept the issuer's signature on this ballot. Please ask a scrutineer and report it to the superior union.",
  "票箱说这张票的签名不对，没有收。请重新填一次再投；还不行，请找监票人。":
    "The box says this ballot's signature is wrong and did not take it. Please fill it in again; if that fails, ask a scrutineer.",
  "票箱里已经有这一张票的另一份。若不是您自己投的，请马上告诉监票人。":
    "Another version of this ballot is already in the box. If you did not cast it yourself, tell a scrutineer at once.",
  "票箱正忙，还没有收下。票没有丢，请等几秒再按“继续投出”。": "The box is busy and has not taken the ballot yet. Nothing is lost: wait a few seconds and press “Drop it now”.",
  "票箱给了一个看不懂的回答。票没有丢，请再按“继续投出”。": "The box gave an answer that makes no sense. Nothing is lost: press “Drop it now” again.",
  "没有连上票箱。您的票已封好，留在本机，没有丢；网络好了按“继续投出”，投的还是同一张。":
    "The box was not reached. Your ballot is sealed and safe on this device; when the network is back, press “Drop it now”: it is the same ballot.",
  "票箱给的回执验不过，还不能算投出。请按“继续投出”再试；还不行，请告诉监票人。":
    "The box's receipt does not hold, so the ballot is not cast yet. Press “Drop it now” again; if that fails, tell a scrutineer.",
  "投票已经结束，票箱封了": "Voting is over and the box is closed",
  "这部手机里没有这次投票的票。": "There is no ballot of this vote on this device.",
  "还没到领票的时候": "It is too early to draw a ballot",
  "{from} 起可以领票，请到时再扫一次票券。": "Ballots are handed out from {from}. Please scan your slip again then.",
  "领票": "Draw my ballot",
  "请领票，然后投票": "Draw your ballot, then vote",
  "按下后会到登录网站验一下票券，再自动回到这里。": "This takes you to the sign-in site, which checks your slip, and brings you back here by itself.",
  "领票还差一步": "One step is left to draw your ballot",
  "上次领票没有走完。继续就行，不会领重，也不会多领。": "Drawing was interrupted. Just go on: you cannot draw twice.",
  "继续领票": "Go on drawing",
  "重新输入票券号": "Type the slip's code again",
  "票只存在这部手机的这个浏览器里，丢失不能补发。请用这个浏览器投完。":
    "The ballot lives only in this browser on this device and cannot be replaced if lost. Please finish voting in this browser.",
  "发票": "Handed out by",
  "时间": "Time",
  "{from} 至 {to}": "{from} to {to}",
  "应到": "Roll",
  "{n} 人": "{n} member{s}",
  "评议内容": "What is judged",
  "意见箱": "Opinion box",
  "可以写几句话，也可以不写": "You may write a few words, or none",
  "箱号应当和票券、海报上的一样。": "The box number must be the same as on the slip and the posters.",
  "填票": "Fill in",
  "已投出": "Ballot cast",
  "三步": "Three steps",
  "改过的票已在票箱里，以这一张为准。": "Your changed ballot is in the box; it is the one that counts.",
  "您的票已在票箱里，回执已验过。可以关掉本页了。": "Your ballot is in the box and its receipt was checked. You may close this page.",
  "回执不说明您选了什么，可以给任何人看。投票截止后，用任何手机都能查这张票在不在票箱里，不用登录。":
    "The receipt does not say what you chose; show it to anybody. After voting has closed, any phone can check that this ballot is in the box, without signing in.",
  "保存回执": "Save the receipt",
  "长按二维码也可以保存。": "A long press on the code saves it as well.",
  "这张票不能再更改了。": "This ballot can no longer be changed.",
  "不再更改": "Make it final",
  "投票截止以前还可以改票，以最后一张为准。": "Until voting closes you may change your ballot; the last one counts.",
  "改票": "Change my ballot",
  "以后就不能再改了": "After this it can no longer be changed",
  "这部手机会忘掉改票用的钥匙，谁拿到手机也改不了这张票。回执还在。":
    "This device forgets the key for changes, so nobody who gets hold of it can change the ballot. The receipt stays.",
  "换一位会员用这部手机投票": "Another member wants to vote on this device",
  "这部手机会忘掉上面的回执。需要留着的，请先保存或打印。": "This device will forget the receipt above. Save or print it first if you want to keep it.",
  "忘掉回执，换人": "Forget the receipt, next member",
  "还差 {n} 项就能投票": "{n} choice{s} left before you can vote",
  "都选好了，核对后请投票": "All chosen: look it over, then vote",
  "您在改票：投出后以这一张为准，上一张作废。改票能防别人看过您的屏幕，防不了别人拿着您的手机。":
    "You are changing your ballot: this one will count instead of the earlier one. Changing helps against someone who looked at your screen, not against someone who holds your phone.",
  "核对": "Look it over",
  "按下“投票”，这一张就换下上一张。": "Press “Vote” and this ballot replaces the earlier one.",
  "按下“投票”，票就封好投进票箱；看到“已投出”才算投完。": "Press “Vote” and the ballot is sealed and dropped. You have voted when you see “Ballot cast”.",
  "不改了": "Leave it as it is",
  "已选": "chosen",
  "这一项还没有选。不想评，请选“弃权”。": "No choice here yet. If you do not want to judge this, choose “Abstain”.",
  "太长了，请删去约 {n} 个字。": "Too long: please remove about {n} Chinese characters (three Latin letters count as one).",
  "还可以写约 {n} 个字。": "Room for about {n} more Chinese characters (three Latin letters count as one).",
  "有话要说？（可以不写）": "Anything to say? (optional)",
  "写进意见箱，不署名，最多约 680 个汉字。写不写都会投出一样大小的一份，别人看不出谁写了；不足 10 条时谁也不读。请不要写能认出您的话。":
    "Goes into the opinion box without a name; at most 2,045 bytes, about 2,000 letters. One of the same size is dropped whether you write or not, so nobody sees who wrote; fewer than 10 are read by nobody. Please write nothing that gives you away.",
  "还没选": "not chosen yet",
  "还有 {n} 项没有选。不想评，请选“弃权”。": "{n} choice{s} missing. If you do not want to judge something, choose “Abstain”.",
  "正在封票、投出，请稍等": "Sealing and dropping your ballot, one moment",
  "不用做什么，也请先不要关掉本页。": "Nothing to do; please do not close this page yet.",
  "另一个页面已经替这张票走下去了，以那一边为准。": "Another tab has already gone on with this ballot; that one counts.",
  "票箱已封，这张票没有回执": "The box is closed and this ballot has no receipt",
  "票已封好，还没有投出": "Your ballot is sealed but not cast yet",
  "您的票已封好，留在这部手机里，还没有进票箱。按“继续投出”，投的还是同一张。":
    "Your ballot is sealed and waits on this device; it is not in the box yet. Press “Drop it now”: it is the same ballot.",
  "去查票": "Check a ballot",
  "继续投出": "Drop it now",
  "这里不能领票": "No ballot can be drawn here",
  "这个地址不对": "This address is not right",
  "地址里带的东西不是本页认得的。请重新扫票券上的二维码。": "The address carries something that this page does not know. Please scan the code on your slip again.",
  "请扫票券上的二维码": "Please scan the code on your slip",
  "这部手机的这个浏览器里还没有票。用手机扫票券、通知或会场大屏上的二维码，就会回到这里。":
    "There is no ballot in this browser yet. Scan the code on your slip, on the notice or on the hall's screen, and you will come back here.",
  "如果领过票却看不到，请用当时领票的那个浏览器打开本页。": "If you have drawn one and do not see it, open this page in the browser that you drew it with.",
  "这部手机里有 {n} 次投票的票": "This device holds ballots of {n} votes",
  "打开": "Open",
  "正在核对箱号、评议内容和公开日志。": "Checking the box number, the questions and the public log.",
  "还不能继续": "This cannot go on yet",
  "票已领到，还没开始投票": "You have your ballot; voting has not begun",
  "投票已经结束，这张票没有投": "Voting is over; this ballot was not cast",
  "到时用这个浏览器再打开本页，就能投票。本页不用一直开着。": "Open this page again in this browser then, and vote. It need not stay open.",
  "票箱已经封了，领到的票没有投出，算作没有收回。": "The box is closed. The ballot was drawn but not cast, and counts as not returned.",
  "看看开始了没有": "Has it begun?",
  "停止投票以后，保存下来的东西里谁也看不出您怎么投；票箱只开总数，不开单票。":
    "After voting has closed, nothing that is kept tells how you voted; only totals are opened, never a single ballot.",
  "一人一票：别人不能替您投，也不能多塞票；除非所有发票方串通，而且被冒名的人从来不去查。":
    "One member, one ballot: nobody can vote for you or add ballots, unless all issuers collude and those whose names were used never look.",
  "票在不在箱里，拿着回执随时能查，不用登录。":
    "You can check any time with your receipt, without signing in, that your ballot is in the box.",
  "停止投票以前谁也看不到结果；除非规定人数的监票人串通，或者封箱用的那台电脑作弊。":
    "Nobody sees a result before voting has closed, unless enough scrutineers collude, or the computer used for sealing cheats.",
  "谁都能重算：有效票 20 张起重算全部等次，更少时能查有没有多票少票。":
    "Anybody can recount: all grades from 20 valid ballots on; below that, whether ballots were added or lost.",
  "回执看不出您选了什么，给谁看都行。":
    "The receipt does not show what you chose; show it to anybody.",
  "单位看不到谁没投；提醒一律发给所有人。":
    "Your union does not see who has not voted; reminders go to everybody.",
  "盯着屏幕、拿走手机的人能看到或替您投，被改动过的手机也管不住：请到投票点用公用机投，或向上级工会反映。":
    "Whoever watches your screen or takes your phone can see or cast your vote, and a phone that was tampered with is beyond this page: use the shared device at the polling place, or tell the superior union.",
};
