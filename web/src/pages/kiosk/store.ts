/** Joins the kiosk's program to the page: what it shows comes in, what is pressed goes out. */
import { batch, computed, signal } from "@preact/signals";
import type { KioskHall, KioskMessage, KioskView, PageMessage, Press } from "../../shared/generated/protocol";
import { setLanguage } from "../../shared/words/words";
import { type Browse, choicesPerPage, NOTHING_CHOSEN, type Room } from "./browse";
import { connect } from "./socket";

/** A press that the program did not take, as on a screen that had just gone, frees the keys again. */
const PRESS_MS = 1500;
/** Touches are told at most so often; the program counts in seconds. */
const TOUCH_MS = 1000;

export const hall = signal<KioskHall | null>(null);
export const view = signal<KioskView | null>(null);
export const connected = signal(false);
/** Where the visitor looks among the services; the page's own, and gone with the visit. */
export const browse = signal<Browse>(NOTHING_CHOSEN);
/** The screen on which a key was pressed: its keys wait for the next screen. */
const pressedOn = signal<number | null>(null);
export const wide = signal(matchMedia("(orientation: landscape)").matches);

export const waits = computed(() => pressedOn.value !== null && pressedOn.value === view.value?.screen);
export const room = computed<Room>(() => {
  const look = view.value?.look;
  return { large: look?.large ?? false, low: look?.low ?? false, wide: wide.value };
});
export const perPage = computed(() => choicesPerPage(room.value, browse.value.tab));

let send: (message: PageMessage) => void = () => {};

export function take(message: KioskMessage): void {
  if (message.type === "hall") {
    hall.value = message.hall;
    return;
  }
  const next = message.view;
  batch(() => {
    const before = view.value;
    const begins = next.show.name === "welcome" || next.show.name === "closed";
    if (before?.visit !== next.visit || begins) browse.value = NOTHING_CHOSEN;
    if (before?.screen !== next.screen) pressedOn.value = null;
    view.value = next;
  });
  setLanguage(next.look.language, false);
  document.documentElement.dataset.large = String(next.look.large);
  measure(next.diagonal_in);
}

/** Presses a key that leads to another screen: until that is there, no key does anything. */
export function press(key: Press): void {
  const screen = view.value?.screen;
  if (screen === undefined || waits.value) return;
  pressedOn.value = screen;
  setTimeout(() => {
    if (pressedOn.value === screen) pressedOn.value = null;
  }, PRESS_MS);
  send({ type: "press", screen, press: key });
}

/** Presses a key that changes this screen. */
export function change(key: Press): void {
  const screen = view.value?.screen;
  if (screen !== undefined) send({ type: "press", screen, press: key });
}

/** How many pixels a millimetre of this screen is: keys are made by it. */
function measure(diagonalIn: number): void {
  const perMm = Math.hypot(innerWidth, innerHeight) / (diagonalIn * 25.4);
  document.documentElement.style.setProperty("--mm", `${perMm.toFixed(3)}px`);
}

export function start(): void {
  send = connect({
    onMessage: take,
    onConnected: (is) => {
      connected.value = is;
    },
  });
  let told = Number.NEGATIVE_INFINITY;
  addEventListener(
    "pointerdown",
    () => {
      if (performance.now() - told < TOUCH_MS) return;
      told = performance.now();
      send({ type: "touch" });
    },
    { capture: true },
  );
  addEventListener("resize", () => {
    wide.value = matchMedia("(orientation: landscape)").matches;
    if (view.value) measure(view.value.diagonal_in);
  });
}
