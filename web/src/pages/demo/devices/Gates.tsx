import { say } from "../../../shared/words/words";
import { holdGate, moveGate, state } from "../store";
import { GATE_MOVES, type Gate } from "../types";
import { DevicePanel } from "./DevicePanel";

/** Degrees from lying to standing. */
const UPRIGHT = 80;

export function GatePanel({ gate }: { gate: Gate }) {
  const contacts = state.value?.bridge?.contacts.find(({ name }) => name === gate.name);
  const held = contacts?.held ?? false;
  return (
    <DevicePanel
      family="gate"
      device={gate}
      note={contacts && say(held ? "gate-held" : `gate-${contacts.state}`)}
    >
      <svg
        class="gate"
        viewBox="0 0 240 80"
        role="img"
        aria-label={contacts && say(`gate-${contacts.state}`)}
        data-state={contacts?.state}
      >
        <path d="M10 79h220" />
        <rect x="18" y="48" width="18" height="31" rx="2" />
        <path class="gate-arm" d="M27 56h150" transform={`rotate(${-UPRIGHT * gate.opened} 27 56)`} />
      </svg>
      <div class="deeds">
        {GATE_MOVES.map((move) => (
          <button
            key={move}
            type="button"
            class="button"
            data-gate={move}
            onClick={() => void moveGate(gate.name, move)}
          >
            {say(`gate-move-${move}`)}
          </button>
        ))}
        <button type="button" class="button" data-gate="hold" onClick={() => void holdGate(gate.name, !held)}>
          {say(held ? "gate-let-go" : "gate-hold")}
        </button>
      </div>
    </DevicePanel>
  );
}
