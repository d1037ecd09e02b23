import type { ComponentChildren } from "preact";
import { say } from "../../../shared/words/words";
import { plug, state } from "../store";
import type { Plugged } from "../types";
import { FAMILIES, type Family, type Plug, wordOf } from "./families";
import { Switch } from "./Switch";

interface Props {
  family: Family;
  device: Plugged;
  /** What is to be said of it besides its model. */
  note?: string | undefined;
  /** What it shows, and what can be done with it. */
  children?: ComponentChildren;
  /** Further things to do to it, beside its plugs. */
  deeds?: ComponentChildren;
}

/** A virtual device: its name, how its owner finds it, what it shows, and every plug of it. */
export function DevicePanel({ family, device, note, children, deeds }: Props) {
  const { name } = device;
  const { plugs, more } = FAMILIES[family];
  const now = state.value?.bridge?.devices.find((other) => other.kind === family && other.name === name);
  // Many a fault is seen by nobody until the device is needed, and some never: that is said, and not smoothed over.
  const unnoticed =
    now?.state === "ready" && !now.why && [...plugs, ...more].some((one) => !isWell(one, device));
  return (
    <section
      class="panel device"
      data-device={`${family} ${name}`}
      data-state={now?.state}
      data-why={now?.why}
      data-unnoticed={unnoticed}
      aria-label={`${say(`device-${family}`)} ${name}`}
    >
      <h2>
        <span>
          {say(`device-${family}`)} {name}
        </span>
        <small>{[now?.model, note].filter(Boolean).join(" · ")}</small>
        {now && (
          <span class="device-state">
            {say(`device-state-${now.state}`)}
            {now.why && ` · ${say(`trouble-${now.why}`)}`}
            {unnoticed && ` · ${say("unnoticed")}`}
          </span>
        )}
      </h2>
      {children}
      <div class="plugs">
        {plugs.map((one) => (
          <PlugOf key={one.key} family={family} device={device} plug={one} />
        ))}
        {deeds}
      </div>
      {more.length > 0 && (
        <details class="more-plugs">
          <summary>{say("more-plugs")}</summary>
          <div class="plugs">
            {more.map((one) => (
              <PlugOf key={one.key} family={family} device={device} plug={one} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

function isWell(one: Plug, { plugs }: Plugged): boolean {
  return plugs[one.key] === ("good" in one ? one.good : one.choices[0]);
}

function PlugOf({ family, device, plug: one }: { family: Family; device: Plugged; plug: Plug }) {
  const { key } = one;
  const id = `${family} ${device.name} ${key}`;
  const is = device.plugs[key];
  const set = (value: unknown) => void plug(family, device, { [key]: value });
  if ("good" in one) {
    return (
      <Switch
        id={id}
        words={say(`plug-${wordOf(key)}`)}
        on={is === one.good}
        onSwitch={(well) => set(well === one.good)}
      />
    );
  }
  return (
    <label class="choice">
      {say(`choice-${wordOf(key)}`)}
      <select
        class="input"
        data-switch={id}
        value={String(is)}
        onChange={(event) => set(one.choices[event.currentTarget.selectedIndex])}
      >
        {one.choices.map((choice) => (
          <option key={choice} value={String(choice)}>
            {say(`choice-${wordOf(key)}-${choice ?? "none"}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
