import { hourMinuteSecond } from "../../shared/clock";
import { say } from "../../shared/words/words";
import { Switch } from "./devices/Switch";
import { switchProgram } from "./store";
import type { Program } from "./types";

/** Every program of the demo. Killed is killed: no goodbye, as in a power cut. */
export function Programs({ programs }: { programs: Program[] }) {
  return (
    <section class="panel programs" aria-labelledby="programs-title">
      <h2 id="programs-title">{say("programs")}</h2>
      <ul>
        {programs.map(({ name, state, since }) => (
          <li key={name} data-program={name} data-state={state}>
            <Switch
              id={name}
              words={name}
              on={state === "running"}
              onSwitch={(on) => void switchProgram(name, on)}
            />
            <span class="program-state">
              {say(`program-${state}`)}
              <small>{time(since)}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function time(since: string): string {
  return since.includes("T") ? hourMinuteSecond(since) : since;
}
