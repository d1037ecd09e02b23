/** The families of devices: where their virtual ones are on the bridge, and every plug of theirs. */
import type { DeviceKind } from "../../../shared/generated/protocol";

export type Family = Exclude<DeviceKind, "camera" | "kiosk" | "board">;

/** Something that is as it should be, or not; or one of several, the first of which is as it should be. */
export type Plug = { key: string } & ({ good: boolean } | { choices: readonly (string | number | null)[] });

interface Facts {
  /** Stands in addresses. */
  path: string;
  /** What everybody looks at first. */
  plugs: readonly Plug[];
  /** What goes wrong more rarely. */
  more: readonly Plug[];
}

/** It is well when it is so. */
const yes = (key: string): Plug => ({ key, good: true });
/** It is well when it is not so. */
const no = (key: string): Plug => ({ key, good: false });

export const FAMILIES: Record<Family, Facts> = {
  printer: {
    path: "printers",
    plugs: [
      { key: "paper", choices: ["ok", "near-end", "out"] },
      no("cover_open"),
      yes("power"),
      yes("line"),
      no("cutter_jam"),
    ],
    more: [no("overheated"), no("fault"), no("feed_button"), no("no_real_time"), no("no_automatic")],
  },
  reader: {
    path: "readers",
    plugs: [yes("line"), yes("self_test")],
    more: [no("slow"), no("old"), no("chatter")],
  },
  scanner: {
    path: "scanners",
    plugs: [yes("line")],
    more: [
      no("garbage"),
      no("split"),
      no("gbk"),
      { key: "terminator", choices: ["crlf", "cr", "lf", "none"] },
    ],
  },
  sign: { path: "signs", plugs: [yes("power"), yes("line"), no("garbled")], more: [no("busy")] },
  pads: {
    path: "pads",
    plugs: [yes("line"), yes("hears"), no("noise")],
    more: [no("collide"), no("repeats")],
  },
  lane: {
    path: "lanes",
    plugs: [yes("line"), no("glitches")],
    more: [
      { key: "stuck", choices: [null, "a", "b"] },
      { key: "dead", choices: [null, "a", "b"] },
    ],
  },
  gate: { path: "gates", plugs: [yes("line"), no("safety"), no("jammed")], more: [] },
  lamp: { path: "lamps", plugs: [yes("line")], more: [] },
  speaker: {
    path: "speakers",
    plugs: [yes("line"), yes("card"), yes("voice")],
    more: [no("hangs"), no("fails"), { key: "prepare_ms", choices: [20, 3000] }],
  },
};

/** A plug's name as it stands in the keys of words. */
export const wordOf = (key: string): string => key.replaceAll("_", "-");
