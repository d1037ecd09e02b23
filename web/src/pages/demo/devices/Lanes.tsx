import { useState } from "preact/hooks";
import { say } from "../../../shared/words/words";
import { sendVehicle, state } from "../store";
import { CONDUCTS, DIRECTIONS, type Lane, VEHICLES } from "../types";
import { Choice } from "./Choice";
import { DevicePanel } from "./DevicePanel";

/** A lane over two loops: vehicles are sent, and what it makes of them is seen. */
export function LanePanel({ lane }: { lane: Lane }) {
  const [direction, setDirection] = useState<string>("in");
  const [kind, setKind] = useState<string>("car");
  const [conduct, setConduct] = useState<string>("passes");
  const count = state.value?.bridge?.counts.find(({ name }) => name === lane.name);
  return (
    <DevicePanel family="lane" device={lane} note={lane.coming > 0 ? say("lane-coming") : say("lane-empty")}>
      {count && (
        <>
          <svg class="lane" viewBox="0 0 240 40" aria-hidden="true">
            <rect class="lane-road" width="240" height="40" />
            <rect class="lane-loop" data-busy={count.a} x="60" y="6" width="40" height="28" rx="4" />
            <rect class="lane-loop" data-busy={count.b} x="140" y="6" width="40" height="28" rx="4" />
            <text x="80" y="26">
              A
            </text>
            <text x="160" y="26">
              B
            </text>
          </svg>
          <dl class="counts">
            <Figure name="in" value={count.passed_in} />
            <Figure name="out" value={count.passed_out} />
            <Figure name="doubtful" value={count.doubtful} />
          </dl>
        </>
      )}
      <div class="deeds">
        <Choice name="direction" choices={DIRECTIONS} value={direction} onChoice={setDirection} />
        <Choice name="vehicle" choices={VEHICLES} value={kind} onChoice={setKind} />
        <Choice name="conduct" choices={CONDUCTS} value={conduct} onChoice={setConduct} />
        <button
          type="button"
          class="button"
          data-send={lane.name}
          onClick={() => void sendVehicle(lane.name, { direction, kind, conduct })}
        >
          {say("send-vehicle")}
        </button>
      </div>
    </DevicePanel>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div data-count={name} data-value={value}>
      <dt>{say(`count-${name}`)}</dt>
      <dd>{value}</dd>
    </div>
  );
}
