import { computed, useComputed } from "@preact/signals";
import { hourMinute } from "../clock";
import type { Window } from "../generated/protocol";
import { pick, say } from "../words/words";
import { countWindows, windowsByZone } from "./figures";
import { type ShownState, StateSign, shownState } from "./StateSign";
import { hall } from "./store";

const LEGEND: ShownState[] = ["busy", "called", "idle", "ready", "paused", "closed"];

/** Which windows exist and where: changes with the hall's settings, not with its life. */
const layout = computed(() => {
  const zones = hall.value.hall?.zones ?? [];
  return JSON.stringify(
    windowsByZone(
      zones.map(({ code }) => code),
      hall.value.windows.values(),
    ),
  );
});

/** The map of the hall, or of one of its zones. */
export function WindowMap({ zone: only = null }: { zone?: string | null }) {
  const all: ReturnType<typeof windowsByZone> = JSON.parse(layout.value);
  const zones = only === null ? all : all.filter(({ zone }) => zone === only);
  return (
    <section class="panel map" aria-labelledby="map-title">
      <div class="panel-head">
        <h2 id="map-title">{say("windows")}</h2>
        <ul class="legend">
          {LEGEND.map((state) => (
            <li key={state} data-state={state}>
              <StateSign state={state} />
              {say(`state-${state}`)}
            </li>
          ))}
        </ul>
      </div>
      {zones.map(({ zone, windows }) => (
        <ZoneRow key={zone} code={zone} windows={windows} />
      ))}
    </section>
  );
}

function ZoneRow({ code, windows }: { code: string; windows: number[] }) {
  // Computed, so that this row and its cells rest while other things in the hall change.
  const name = useComputed(() => {
    const zone = hall.value.hall?.zones.find((other) => other.code === code);
    return zone ? pick(zone.name) : code;
  }).value;
  return (
    <div class="zone">
      <div class="zone-name">
        <h3>
          <span class="zone-code">{code}</span>
          {name}
        </h3>
        <ZoneSummary windows={windows} />
      </div>
      <ul class="cells" aria-label={name}>
        {windows.map((number) => (
          <Cell key={number} number={number} />
        ))}
      </ul>
    </div>
  );
}

function ZoneSummary({ windows }: { windows: number[] }) {
  const mine = windows.flatMap((number) => hall.value.windows.get(number) ?? []);
  const counts = countWindows(mine);
  return (
    <p class="zone-summary">{say("zone-summary", { open: counts.busy + counts.idle, all: counts.all })}</p>
  );
}

/** Reads only its own window: a change of another one does not touch this cell. */
function Cell({ number }: { number: number }) {
  const window = useComputed(() => hall.value.windows.get(number)).value;
  if (!window) return null;
  const state = shownState(window);
  const ticket = window.state === "busy" ? window.ticket : null;
  return (
    <li class="cell" data-window={number} data-state={state} title={details(window, state)}>
      <span class="cell-window">{number}</span>
      <StateSign state={state} />
      {ticket ? (
        <>
          <span class="unseen">{say(`state-${state}`)}</span>
          <span class="cell-ticket">{ticket.number}</span>
        </>
      ) : (
        <span class="cell-state">{say(`state-${state}`)}</span>
      )}
    </li>
  );
}

function details(window: Window, state: ShownState): string {
  const lines = [
    say("window-line", {
      window: window.window,
      kind: say(`kind-${window.kind}`),
      state: say(`state-${state}`),
    }),
  ];
  if (window.ticket) {
    const queue = hall.peek().queues.get(window.ticket.service)?.queue;
    const service = queue ? pick(queue.name) : window.ticket.service;
    lines.push(say("window-serving", { number: window.ticket.number, service }));
  }
  if (window.reason) lines.push(window.reason);
  lines.push(say("window-since", { time: hourMinute(window.since) }));
  if (window.parked.length > 0) lines.push(say("window-parked", { count: window.parked.length }));
  return lines.join("\n");
}
