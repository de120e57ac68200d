/** The two clocks of a device without a name: when nobody touches it, and when a receipt has been seen. */
import { announce, byId, h } from "../dom.ts";
import { t } from "../words.ts";

export const IDLE_SECONDS = 60;
export const SHOWN_SECONDS = 30;
const SPOKEN_SECONDS = 20;
const TOUCHES = ["pointerdown", "keydown", "input", "wheel", "touchstart"] as const;

/** Counts down to `done`; `tick` is given the seconds left, at once and every second. Returns how to stop it. */
export function countdown(seconds: number, tick: (left: number) => void, done: () => void): () => void {
  const end = Date.now() + seconds * 1000;
  let timer = 0;
  const stop = () => clearInterval(timer);
  const look = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) return tick(left);
    stop();
    done();
  };
  timer = window.setInterval(look, 1000);
  look();
  return stop;
}

/** Watches for hands: a minute without any ends the round, and the last half of it is counted where everybody sees it. */
export class Idle {
  #stop: (() => void) | null = null;
  #paused = false;

  constructor(private readonly done: () => void) {
    for (const touch of TOUCHES) addEventListener(touch, () => this.poke(), { capture: true, passive: true });
  }

  /** Somebody is there: begin anew, where a round is on. */
  poke(): void {
    if (this.#stop !== null) this.start();
  }

  start(): void {
    this.end();
    if (this.#paused) return;
    let spoken = false;
    const tick = (left: number) => {
      if (left > SHOWN_SECONDS) return;
      strip(left);
      if (left <= SPOKEN_SECONDS && !spoken) announce(words(left));
      spoken ||= left <= SPOKEN_SECONDS;
    };
    this.#stop = countdown(IDLE_SECONDS, tick, () => {
      this.end();
      this.done();
    });
  }

  /** While the device itself is at work nobody has to touch it. */
  pause(on: boolean): void {
    this.#paused = on;
    on ? this.end() : this.start();
  }

  end(): void {
    this.#stop?.();
    this.#stop = null;
    document.getElementById("idle")?.remove();
  }
}

function words(left: number): string {
  return t("{n} 秒内没人操作，这一轮就清空。碰一下屏幕继续", { n: left });
}

function strip(left: number): void {
  const found = document.getElementById("idle") ?? byId("top").parentElement?.appendChild(h("p", { id: "idle", class: "idle", role: "timer" }));
  if (found) found.textContent = words(left);
}
