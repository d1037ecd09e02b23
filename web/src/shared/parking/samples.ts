/** Car parks for the tests: complete on the wire's terms, with only what matters spelled out. */
import type { Crowd, CrowdSlot, Lot, LotCount, LotSays } from "../generated/protocol";

export const free = (count: number): LotSays => ({ says: "free", free: count });
export const about = (count: number): LotSays => ({ says: "about", free: count });
export const word = (says: LotSays["says"]): LotSays => ({ says, free: null });

export function lot(over: Partial<Lot> = {}): Lot {
  return {
    uid: "P1",
    name: "北停车场",
    type: "CAR_PARK",
    purpose: "CAR",
    lat: null,
    lon: null,
    max_height: null,
    capacity: 202,
    has_realtime_data: true,
    static_data_updated_at: "2026-11-22T22:00:00Z",
    realtime_data_updated_at: "2026-11-23T00:31:00Z",
    realtime_opening_status: "OPEN",
    realtime_capacity: 202,
    realtime_free_capacity: 60,
    capacity_disabled: null,
    capacity_charging: null,
    realtime_free_capacity_disabled: null,
    realtime_free_capacity_charging: null,
    restrictions: [],
    title: { zh: "北停车场", en: "North car park" },
    classes: [
      { class: "ordinary", capacity: 200, ...free(60) },
      { class: "disabled", capacity: 2, ...free(1) },
    ],
    levels: [],
    divert_to: null,
    forecast: [],
    full_at: null,
    off_by: 3,
    ...free(60),
    ...over,
  };
}

export function count(over: Partial<LotCount> = {}): LotCount {
  return {
    class: "ordinary",
    level: null,
    capacity: 200,
    occupied: 140,
    likely: 140,
    off_by: 3,
    corrected_at: "2026-11-23T07:50:00+08:00",
    doubts: [],
    open: true,
    ...free(60),
    ...over,
  };
}

export function slot(over: Partial<CrowdSlot> = {}): CrowdSlot {
  return {
    from: "2026-11-23T09:15:00+08:00",
    low: 20,
    expected: 30,
    high: 40,
    can_serve: 35,
    waiting: 5,
    ...over,
  };
}

export function crowd(over: Partial<Crowd> = {}): Crowd {
  return { slots: [slot()], cars: 40, cars_usual: 30, waiting: 12, open_windows: 90, advice: null, ...over };
}
