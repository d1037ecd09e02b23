/** Large text, remembered by this browser. */
import { signal } from "@preact/signals";

const STORED = "paihao.elder";

function stored(): boolean {
  try {
    return localStorage.getItem(STORED) === "yes";
  } catch {
    return false;
  }
}

export const elder = signal(stored());

export function setElder(on: boolean): void {
  elder.value = on;
  try {
    localStorage.setItem(STORED, on ? "yes" : "no");
  } catch {
    // Private windows may forbid it; the choice then lasts as long as the page.
  }
}
