import { useState } from "preact/hooks";
import { say } from "../../../shared/words/words";
import { pressKey, rate, restartPads } from "../store";
import { PAD_KEYS, type Pad, type Pads, RATINGS } from "../types";
import { DevicePanel } from "./DevicePanel";

/** A line of pads: beside each window one for its clerk and one for its visitors. */
export function PadsPanel({ line }: { line: Pads }) {
  return (
    <DevicePanel
      family="pads"
      device={line}
      deeds={
        <button type="button" class="button" onClick={() => void restartPads(line.name)}>
          {say("restart")}
        </button>
      }
    >
      {Object.entries(line.pads).map(([address, pad]) => (
        <PadFace key={address} line={line.name} address={address} pad={pad} />
      ))}
    </DevicePanel>
  );
}

function PadFace({ line, address, pad }: { line: string; address: string; pad: Pad }) {
  const [typed, setTyped] = useState("");
  const number = typed === "" ? null : Number(typed);
  return (
    <section class="pad" data-pad={address} data-asked={pad.asked} aria-label={say("pad", { address })}>
      <h3>
        {say("pad", { address })}
        <small>{say("pad-heard", { beeps: pad.beeps, asked: pad.asked })}</small>
      </h3>
      <p class="pad-display" data-display={pad.display} data-pressing={pad.pressing}>
        <span title={say("pad-waiting")}>{pad.display.slice(0, 3).replaceAll("-", " ")}</span>
        <span title={say("pad-ticket")}>{pad.display.slice(3).replaceAll("-", " ")}</span>
      </p>
      <div class="pad-keys">
        {PAD_KEYS.map((key) => (
          <button
            key={key}
            type="button"
            class="button"
            data-key={key}
            data-kind={key === "call" ? "main" : undefined}
            onClick={() => {
              void pressKey(line, address, key, number);
              setTyped("");
            }}
          >
            {say(`pad-${key}`)}
          </button>
        ))}
      </div>
      <div class="pad-foot">
        <input
          class="input"
          inputMode="numeric"
          maxLength={2}
          aria-label={say("pad-number")}
          placeholder={say("pad-number")}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value.replace(/\D/g, ""))}
        />
        {RATINGS.map((level, key) => (
          <button
            key={level}
            type="button"
            class="button stars"
            data-rate={key}
            aria-label={say("rate", { level })}
            title={say("rate", { level })}
            onClick={() => void rate(line, address, key)}
          >
            {"★".repeat(level)}
          </button>
        ))}
      </div>
    </section>
  );
}
