/**
 * A session ends when nobody has been there for a while. What a page asks by itself does not count as somebody; a hand on
 * the mouse or the keys does, and the server hears of it now and then.
 */
import { call } from "../api/call";
import { hall } from "../hall/store";

/** Somebody at work is reported at most this often: well within the shortest time after which a session ends. */
export const EVERY_MS = 4 * 60_000;
const SIGNS = ["pointerdown", "keydown", "wheel"] as const;

/** Watches until the answer is called. */
export function watchActivity(): () => void {
  let reported = performance.now();
  const onSign = () => {
    const now = performance.now();
    if (now - reported < EVERY_MS) return;
    const [window] = hall.peek().windows.keys();
    if (window === undefined) return;
    reported = now;
    void call("GET", `/api/v1/windows/${window}`);
  };
  for (const sign of SIGNS) addEventListener(sign, onSign, { passive: true, capture: true });
  return () => {
    for (const sign of SIGNS) removeEventListener(sign, onSign, { capture: true });
  };
}
