/** Queues by zone: a service belongs to the zone in which most windows serve it. */
import { countWindows, type WindowCounts } from "../../shared/hall/figures";
import { type HallState, longestWait } from "../../shared/hall/state";

export interface ZoneRow {
  zone: string;
  waiting: number;
  longestS: number;
  windows: WindowCounts;
  services: readonly string[];
}

export function zoneOfServices(state: HallState): Map<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const { zone, services } of state.windows.values()) {
    for (const service of services) {
      const zones = counts.get(service) ?? new Map<string, number>();
      zones.set(zone, (zones.get(zone) ?? 0) + 1);
      counts.set(service, zones);
    }
  }
  const home = new Map<string, string>();
  for (const [service, zones] of counts) {
    const [best] = [...zones].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
    if (best) home.set(service, best[0]);
  }
  return home;
}

export function zoneRows(state: HallState): ZoneRow[] {
  const home = zoneOfServices(state);
  const codes = state.hall?.zones.map(({ code }) => code) ?? [];
  return codes
    .map((zone) => {
      const own = [...state.queues.values()].filter(({ queue }) => home.get(queue.service) === zone);
      return {
        zone,
        waiting: own.reduce((sum, { queue }) => sum + queue.waiting, 0),
        longestS: Math.max(0, ...own.map((entry) => longestWait(entry, state.at ?? entry.at))),
        windows: countWindows([...state.windows.values()].filter((window) => window.zone === zone)),
        services: own.map(({ queue }) => queue.service),
      };
    })
    .filter(({ windows }) => windows.all > 0);
}

/** Services for which people wait and no window is open. */
export function unserved(state: HallState): string[] {
  return [...state.queues.values()]
    .filter(({ queue }) => queue.waiting > 0 && queue.open_windows === 0)
    .map(({ queue }) => queue.service);
}
