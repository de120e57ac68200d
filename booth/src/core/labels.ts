/** Domain-separation labels of suite pj2: ASCII and one zero byte (docs/spec/ballot.md, "Objects"). */
import { ascii, type Bytes } from "./bytes.ts";

function label(name: string): Bytes {
  return ascii(`pingjia/${name}\0`);
}

export const SUITE = "pj2";

export const CTX = label("pj2/ctx");
export const WEIGHT = label("pj2/weight");
export const CHOICE = label("pj2/choice");
export const PARTIAL = label("pj2/partial");
export const SHARE = label("pj2/share");
export const TOKEN = label("token/v1");
export const BALLOT = label("ballot/v2");
export const RECEIPT = label("receipt/v1");
export const ISSUANCE = label("issuance/v1");
export const REFUSAL = label("refusal/v1");
export const RELAY = label("pj2/relay");
export const ENROL = label("enrol/v1");
export const ACCEPT = label("accept/v1");
export const OPENING = label("opening/v1");
export const OPINION = label("opinion/v1");
export const OPINIONS = label("opinions/v1");
export const OPINION_SHARE = label("opinion/share/v1");
export const RESULT = label("result/v1");
export const CARD_SIGN = label("card/sign");
export const CARD_EXCHANGE = label("card/exchange");
export const CARD_CHECK = label("card/check");
