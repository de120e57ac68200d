/** Whether this browser can seal a ballot at all: asked before anything is drawn. */

/** Chinese sentence about what is missing, or null. */
export function whatIsMissing(): string | null {
  if (!globalThis.isSecureContext) return "这个地址没有加密连接，不能在这里领票。请用 https 开头的地址打开。";
  if (typeof BigInt !== "function" || typeof crypto?.subtle?.digest !== "function") {
    return "这个浏览器太旧，封不了票。请点右上角“在浏览器打开”，或到现场投票点投票。";
  }
  return null;
}

export const NO_STORAGE = "这个浏览器不让网页保存东西（可能是无痕模式），领到的票会丢。请换一个浏览器打开，或到现场投票点投票。";
