/** The devices of the hall, for pages that follow the topic `devices`. */
import { signal } from "@preact/signals";
import { call } from "../api/call";
import type { HallDevice } from "../generated/protocol";
import type { LiveMessage } from "../socket/link";

/** Null until they are known, and where nobody reports any. */
export const devices = signal<readonly HallDevice[] | null>(null);

/** Changes come by themselves; what was taken away for good is noticed so often. */
const AGAIN_MS = 60_000;
let asking = 0;

/** Takes in what the live stream says of them. */
export function hearDevices(message: LiveMessage): void {
  if (message.type === "snapshot") void ask();
  if (message.type === "device.changed") devices.value = withDevice(devices.peek() ?? [], message.data);
}

async function ask(): Promise<void> {
  clearTimeout(asking);
  const answer = await call<HallDevice[]>("GET", "/api/v1/devices");
  // What was known stays when the server cannot be asked; the page says that it is old.
  if (answer.ok && Array.isArray(answer.body)) devices.value = answer.body.length > 0 ? answer.body : null;
  clearTimeout(asking);
  asking = window.setTimeout(() => void ask(), AGAIN_MS);
}

function withDevice(list: readonly HallDevice[], device: HallDevice): readonly HallDevice[] {
  const isIt = (other: HallDevice) =>
    other.program === device.program && other.kind === device.kind && other.name === device.name;
  return list.some(isIt) ? list.map((other) => (isIt(other) ? device : other)) : [...list, device];
}
