import { hourMinute, waitClock } from "../../shared/clock";
import { Dialog } from "../../shared/components/Dialog";
import { intervalWords } from "../../shared/components/Interval";
import type { Window } from "../../shared/generated/protocol";
import { devices } from "../../shared/hall/devices";
import { StateSign, shownState } from "../../shared/hall/StateSign";
import { longestWait } from "../../shared/hall/state";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { Lots } from "./Lots";
import { inTrouble, THRESHOLDS } from "./levels";
import { ServiceTable } from "./Services";
import { detail, type FigureName } from "./store";
import { unserved } from "./zones";

const close = () => {
  detail.value = null;
};

/** What stands behind a figure or a service. */
export function Details() {
  const shown = detail.value;
  if (shown === null) return null;
  return "service" in shown ? <OfService code={shown.service} /> : <OfFigure name={shown.figure} />;
}

function OfService({ code }: { code: string }) {
  const { queues, windows, at } = hall.value;
  const entry = queues.get(code);
  if (!entry) return null;
  const { queue } = entry;
  const serving = [...windows.values()].filter(({ services }) => services.includes(code));
  const closed = serving.filter(({ state }) => state === "closed").length;
  return (
    <Dialog title={pick(queue.name)} onClose={close} wide id="service">
      {queue.waiting > 0 && closed > 0 && (
        <p class="advice">
          {say(queue.open_windows === 0 ? "advice-none" : "advice-open", { closed, waiting: queue.waiting })}
        </p>
      )}
      <dl class="facts">
        <Fact name={say("waiting")}>{queue.waiting}</Fact>
        <Fact name={say("longest")}>
          {queue.waiting > 0 ? waitClock(longestWait(entry, at ?? entry.at)) : "–"}
        </Fact>
        <Fact name={say("estimate")}>{intervalWords(queue.eta)}</Fact>
        <Fact name={say("issued-today")}>{queue.issued}</Fact>
        <Fact name={say("served-today")}>{queue.served}</Fact>
        <Fact name={say("left-today")}>{queue.left}</Fact>
      </dl>
      <WindowList windows={serving} />
    </Dialog>
  );
}

function Fact({ name, children }: { name: string; children: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OfFigure({ name }: { name: FigureName }) {
  return (
    <Dialog title={say(`figure-${name}`)} onClose={close} wide id={name}>
      <p class="field-hint">{say(`limits-${name}`, limits(name))}</p>
      <section class="detail-scroll" aria-label={say(`figure-${name}`)}>
        <Behind name={name} />
      </section>
    </Dialog>
  );
}

function Behind({ name }: { name: FigureName }) {
  if (name === "devices") return <DeviceList />;
  if (name === "parking") return <Lots />;
  return name === "open" ? <OpenList /> : <Waiting />;
}

function limits(name: FigureName): { watch: number; act: number } {
  switch (name) {
    case "waiting":
      return THRESHOLDS.perWindow;
    case "longest":
      return THRESHOLDS.longestMin;
    case "wait":
      return THRESHOLDS.waitMin;
    case "left":
      return THRESHOLDS.leftPercent;
    case "parking":
      return THRESHOLDS.takenPercent;
    default:
      return THRESHOLDS.pausedPercent;
  }
}

function Waiting() {
  const { order, queues } = hall.value;
  return <ServiceTable codes={order.filter((code) => (queues.get(code)?.queue.waiting ?? 0) > 0)} />;
}

/** What is unusual first: services without a window, then paused and closed windows. */
function OpenList() {
  const vain = unserved(hall.value);
  const windows = [...hall.value.windows.values()];
  return (
    <>
      {vain.length > 0 && (
        <>
          <p class="advice">{say("advice-unserved", { count: vain.length })}</p>
          <ServiceTable codes={vain} />
        </>
      )}
      <WindowList windows={windows.filter(({ state }) => state === "paused" || state === "closed")} />
    </>
  );
}

function WindowList({ windows }: { windows: Window[] }) {
  if (windows.length === 0) return <p class="nothing">{say("no-windows")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard
    <ul class="window-list" tabIndex={0}>
      {windows
        .sort((a, b) => a.window - b.window)
        .map((window) => {
          const state = shownState(window);
          return (
            <li key={window.window}>
              <strong>{say("window-name", { window: window.window })}</strong>
              <span class="window-state">
                <StateSign state={state} />
                {say(`state-${state}`)}
              </span>
              <span>{window.ticket?.number ?? window.reason ?? ""}</span>
              <small>{say("window-since", { time: hourMinute(window.since) })}</small>
            </li>
          );
        })}
    </ul>
  );
}

function DeviceList() {
  const list = devices.value;
  if (list === null) return <p class="nothing">{say("devices-unknown")}</p>;
  const bad = new Set(inTrouble(list));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard
    <ul class="window-list" tabIndex={0}>
      {[...bad, ...list.filter((device) => !bad.has(device))].map((device) => (
        <li
          key={`${device.program} ${device.kind} ${device.name}`}
          data-trouble={bad.has(device)}
          data-device={`${device.kind} ${device.name}`}
        >
          <strong>
            {say(`device-${device.kind}`)} {device.name}
          </strong>
          <span>{say(`device-state-${device.state}`)}</span>
          <span>{device.why ? say(`trouble-${device.why}`) : ""}</span>
          <small>{say("window-since", { time: hourMinute(device.since) })}</small>
          {device.why && <p class="device-advice">{say(`advice-${device.why}`)}</p>}
        </li>
      ))}
    </ul>
  );
}
