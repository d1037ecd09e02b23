/** Tells a clerk who looks at another window that somebody waits: in the title, and as a notification if he wants one. */
import { hall } from "../../shared/hall/store";
import { say } from "../../shared/words/words";
import { mine, number } from "./store";

let told = "";

/** Runs whenever what it reads changes. */
export function watchForVisitors(): void {
  const window = mine.value;
  const name = say("desk-short", { window: number });
  const waiting = (window?.services ?? []).reduce(
    (sum, code) => sum + (hall.value.queues.get(code)?.queue.waiting ?? 0),
    0,
  );
  const called = window?.ticket?.state === "called" ? window.ticket.number : null;
  const idle = window !== undefined && window.ticket === null && window.state !== "closed";
  const news = called
    ? say("title-called", { number: called })
    : idle && waiting > 0
      ? waitingWords(waiting)
      : "";
  document.title = news ? `● ${news} · ${name}` : `${name} · ${say("product")}`;
  // One notification for what is new, not for each further visitor in the line.
  const key = called ?? (idle && waiting > 0 ? "waiting" : "");
  if (key !== told && key !== "" && document.hidden) show(news, name);
  told = key;
}

function waitingWords(count: number): string {
  return say("title-waiting", { count });
}

/** Nothing of anybody stands in it: a count, or a number that the board shows too. */
function show(news: string, name: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  new Notification(name, { body: news, tag: "paihao-desk" });
}

export function canRemind(_asked: number): boolean {
  return "Notification" in window && Notification.permission === "default";
}

export async function remind(): Promise<void> {
  await Notification.requestPermission();
}
