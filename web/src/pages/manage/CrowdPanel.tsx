import { useState } from "preact/hooks";
import { hourMinute } from "../../shared/clock";
import type { Crowd, CrowdSlot } from "../../shared/generated/protocol";
import { hall } from "../../shared/hall/store";
import { say } from "../../shared/words/words";
import { adviceOf, curvesOf, FIELD } from "./crowd";
import { LevelSign } from "./Tiles";

/** Who comes in the next forty minutes, whether the open windows suffice for them, and what to do. */
export function CrowdPanel() {
  const [figures, setFigures] = useState(false);
  const { crowd } = hall.value;
  const known = crowd !== null && crowd.slots.length > 0;
  const { key, ...numbers } = adviceOf(crowd);
  return (
    <section class="panel crowd" data-known={known} data-advice={key} aria-labelledby="crowd-title">
      <div class="crowd-say">
        <h2 id="crowd-title">{say("crowd-title")}</h2>
        <p class="crowd-advice">
          {known && <LevelSign level={key === "crowd-open" ? "act" : "good"} />}
          <strong>{say(key, numbers)}</strong>
        </p>
        {crowd === null ? <p>{say("crowd-unknown-why")}</p> : <Why crowd={crowd} known={known} />}
      </div>
      {known && (
        <div class="crowd-figures">
          <div class="crowd-head">
            <p class="crowd-legend" aria-hidden="true">
              <span class="crowd-key" data-key="expected" />
              {say("crowd-expected")}
              <span class="crowd-key" data-key="serve" />
              {say("crowd-can-serve")}
            </p>
            <button
              type="button"
              class="button"
              data-kind="quiet"
              data-action="crowd-figures"
              aria-pressed={figures}
              onClick={() => setFigures(!figures)}
            >
              {say("as-figures")}
            </button>
          </div>
          {!figures && <Chart slots={crowd.slots} />}
          <Table slots={crowd.slots} unseen={!figures} />
        </div>
      )}
    </section>
  );
}

function Why({ crowd, known }: { crowd: Crowd; known: boolean }) {
  const { advice, cars, cars_usual, open_windows, waiting } = crowd;
  return (
    <>
      <p>
        {!known
          ? say("crowd-unknown-why")
          : advice
            ? say(advice.windows > 0 ? "crowd-open-why" : "crowd-pause-why", {
                peak: Math.round(advice.peak),
                can: Math.round(advice.can_serve),
                waiting: Math.round(advice.waiting_without),
                open: open_windows,
              })
            : say("crowd-enough-why", {
                open: open_windows,
                waiting,
                later: Math.round(crowd.slots.at(-1)?.waiting ?? waiting),
              })}
      </p>
      {hall.value.lots.length > 0 && (
        <p class="crowd-cars">
          {cars_usual === null
            ? say("crowd-cars", { cars })
            : say("crowd-cars-usual", { cars, usual: cars_usual })}
        </p>
      )}
    </>
  );
}

/** For the eye; the same figures stand in the table. */
function Chart({ slots }: { slots: readonly CrowdSlot[] }) {
  const { band, expected, canServe, ticks, times } = curvesOf(slots);
  const foot = FIELD.height - FIELD.bottom;
  return (
    <svg class="crowd-chart" viewBox={`0 0 ${FIELD.width} ${FIELD.height}`} aria-hidden="true">
      {ticks.map(({ y, value }) => (
        <g key={value}>
          <path class="crowd-rule" d={`M${FIELD.left} ${y}H${FIELD.width - FIELD.right}`} />
          <text x={FIELD.left - 6} y={y + 4} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      {times.map(({ x, time }) => (
        <text key={time} x={x} y={foot + 16} text-anchor="middle">
          {time}
        </text>
      ))}
      <polygon class="crowd-band" points={band} />
      <polyline class="crowd-serve" points={canServe} />
      <polyline class="crowd-expected" points={expected} />
    </svg>
  );
}

function Table({ slots, unseen }: { slots: readonly CrowdSlot[]; unseen: boolean }) {
  return (
    <div class={unseen ? "unseen" : "crowd-table"}>
      <table>
        <caption class="unseen">{say("crowd-caption")}</caption>
        <thead>
          <tr>
            <td />
            {slots.map(({ from }) => (
              <th key={from} scope="col" class="count">
                {hourMinute(from)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Row title={say("crowd-expected")} cells={slots.map(({ expected }) => whole(expected))} />
          <Row
            title={say("crowd-interval")}
            cells={slots.map(({ low, high }) => `${whole(low)}–${whole(high)}`)}
          />
          <Row title={say("crowd-can-serve")} cells={slots.map(({ can_serve }) => whole(can_serve))} />
          <Row title={say("crowd-waiting")} cells={slots.map(({ waiting }) => whole(waiting))} />
        </tbody>
      </table>
    </div>
  );
}

function Row({ title, cells }: { title: string; cells: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {cells.map((cell, place) => (
        <td key={place} class="count">
          {cell}
        </td>
      ))}
    </tr>
  );
}

function whole(value: number): string {
  return String(Math.round(value));
}
