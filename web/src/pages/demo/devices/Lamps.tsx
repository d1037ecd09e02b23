import { say } from "../../../shared/words/words";
import type { Lamp } from "../types";
import { DevicePanel } from "./DevicePanel";

export function LampPanel({ lamp }: { lamp: Lamp }) {
  return (
    <DevicePanel family="lamp" device={lamp}>
      <p class="lamp" data-lit={lamp.lit}>
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <circle cx="20" cy="20" r="13" />
          {lamp.lit && <path d="M20 1v5M20 34v5M1 20h5M34 20h5M7 7l3 3M30 30l3 3M7 33l3-3M30 10l3-3" />}
        </svg>
        {say(lamp.lit ? "lamp-lit" : "lamp-dark")}
      </p>
    </DevicePanel>
  );
}
