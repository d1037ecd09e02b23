/** Figures in the words of a kiosk. */
import type { Eta, KioskVisit, Place } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";

/** An interval, or honestly that nobody knows. */
export function waitOf(eta: Eta | null): string {
  if (eta === null) return say("wait-unknown");
  const low = Math.floor(eta.low_s / 60);
  const high = Math.max(1, Math.ceil(eta.high_s / 60));
  return low === 0 ? say("wait-below", { high }) : say("wait-about", { low, high });
}

export function peopleWaiting(count: number): string {
  return count === 0 ? say("nobody-waits") : say("waiting-people", { count });
}

export function peopleAhead(count: number): string {
  return count === 0 ? say("slip-next") : say("slip-ahead", { count });
}

/** Where somebody with this number is to go or to wait, as far as it is known; nowhere, once it is over. */
export function whereOf({ state, window, zone }: KioskVisit): string | null {
  if (state === "done" || state === "left") return null;
  if (window !== null && state !== "waiting") return say("visit-window", { window });
  return zone === null ? null : say("visit-zone", { zone: pick(zone) });
}

/** Zone and windows, as far as they are known. */
export function placeOf(place: Place): { zone: string | null; windows: string | null } {
  const zone =
    place.zone !== null && place.name !== null
      ? say("place-zone", { zone: place.zone, name: pick(place.name) })
      : null;
  return { zone, windows: place.windows === "" ? null : say("place-windows", { windows: place.windows }) };
}
