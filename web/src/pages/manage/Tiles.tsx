import type { ComponentChildren } from "preact";
import { hourMinute } from "../../shared/clock";
import { Sized } from "../../shared/components/Figure";
import { Trend } from "../../shared/components/Trend";
import { devices } from "../../shared/hall/devices";
import { hall, isLive, shownFigures } from "../../shared/hall/store";
import { Free } from "../../shared/parking/Free";
import { type Total, takenPercent, totalFree } from "../../shared/parking/total";
import { waitWords } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";
import { deviceLevel, inTrouble, type Level, levelOf, THRESHOLDS } from "./levels";
import { detail, type FigureName, trends, waited } from "./store";
import { unserved } from "./zones";

/**
 * Six figures, each with its state in words, its trend, and the list behind it one press away. Where the hall has car parks,
 * what 95 of 100 waited less than stands beside the longest wait: nobody reads seven.
 */
export function Tiles() {
  const { waiting, longest, issued, served, left, windows } = shownFigures.value;
  const open = windows.busy + windows.idle;
  const known = hall.value.hall !== null;
  const percent = (part: number, whole: number) => (whole === 0 ? 0 : (part / whole) * 100);
  const wait = waited.value;
  const list = devices.value;
  const bad = inTrouble(list ?? []);
  const vain = unserved(hall.value).length;
  const parking = totalFree(hall.value.lots);
  return (
    <section class="tiles" id="figures" aria-label={say("figures")}>
      <Tile
        name="waiting"
        level={known ? levelOf(waiting / Math.max(1, open), THRESHOLDS.perWindow) : null}
        value={known ? many(waiting) : "—"}
        unit={say("unit-people", { count: waiting })}
        note={say("note-per-window", { count: (waiting / Math.max(1, open)).toFixed(1) })}
      />
      <Tile
        name="longest"
        level={known ? levelOf((longest?.seconds ?? 0) / 60, THRESHOLDS.longestMin) : null}
        value={known && longest ? <Sized words={waitWords(longest.seconds)} /> : "—"}
        note={
          parking && wait
            ? say("note-95", { wait: waitWords(wait.p95) })
            : longest
              ? pick(longest.queue.name)
              : say("nobody-waits")
        }
      />
      <Tile
        name="open"
        level={
          known ? (vain > 0 ? "act" : levelOf(percent(windows.paused, open), THRESHOLDS.pausedPercent)) : null
        }
        value={known ? open : "—"}
        unit={say("unit-windows", { all: windows.all })}
        note={say("note-windows", { busy: windows.busy, idle: windows.idle, paused: windows.paused })}
      />
      {!parking && (
        <Tile
          name="wait"
          level={wait ? levelOf(wait.p95 / 60, THRESHOLDS.waitMin) : null}
          value={wait ? <Sized words={waitWords(wait.p95)} /> : "—"}
          note={
            wait ? say("note-mean", { mean: waitWords(wait.mean), count: wait.count }) : say("nobody-called")
          }
        />
      )}
      <Tile
        name="left"
        level={known ? levelOf(percent(left, issued), THRESHOLDS.leftPercent) : null}
        value={known ? many(served) : "—"}
        unit={say("unit-served")}
        note={say("note-left", { left, percent: percent(left, issued).toFixed(1), issued })}
      />
      {parking && <ParkingTile total={parking} />}
      <Tile
        name="devices"
        level={list ? deviceLevel(list) : null}
        value={list ? bad.length : "—"}
        unit={list ? say("unit-devices", { all: list.length }) : undefined}
        note={
          list
            ? bad[0]
              ? say("note-device", { name: bad[0].name })
              : say("devices-well")
            : say("devices-unknown")
        }
      />
    </section>
  );
}

/** Free of capacity, as signs say it, and what comes next. */
function ParkingTile({ total }: { total: Total }) {
  const { lots } = hall.value;
  const live = isLive.value;
  const taken = takenPercent(total);
  const full = lots.filter(({ says }) => says === "full");
  const soon = lots
    .filter(({ full_at }) => full_at !== null)
    .sort((a, b) => (a.full_at ?? "").localeCompare(b.full_at ?? ""))[0];
  return (
    <Tile
      name="parking"
      level={live ? (taken === null ? "watch" : levelOf(taken, THRESHOLDS.takenPercent)) : null}
      value={<Free of={total.says} live={live} />}
      unit={say("unit-bays", { all: many(total.capacity) })}
      note={
        full[0]
          ? say("note-lot-full", { lot: pick(full[0].title), count: full.length })
          : soon?.full_at
            ? say("note-lot-soon", { lot: pick(soon.title), time: hourMinute(soon.full_at) })
            : say("note-lots", { count: lots.length })
      }
    />
  );
}

function many(count: number): string {
  return count.toLocaleString("en-US");
}

interface TileProps {
  name: FigureName;
  /** Null while it is not known. */
  level: Level | null;
  value: ComponentChildren;
  unit?: string | undefined;
  note: string;
}

function Tile({ name, level, value, unit, note }: TileProps) {
  const { values } = trends.value[name];
  const first = values[0] ?? 0;
  const change = Math.round((values.at(-1) ?? 0) - first);
  return (
    <button
      type="button"
      class="tile"
      data-figure={name}
      data-level={level ?? "none"}
      onClick={() => (detail.value = { figure: name })}
    >
      <span class="tile-head">
        <span>{say(`figure-${name}`)}</span>
        {level && <LevelSign level={level} />}
      </span>
      <span class="figure-value">
        <strong>{value}</strong>
        {unit && <span>{unit}</span>}
      </span>
      <span class="tile-note">{note}</span>
      <span class="tile-trend">
        <Trend values={values} />
        {values.length > 1 && (
          <span>
            {say("trend", { minutes: values.length - 1, change: change > 0 ? `+${change}` : change })}
          </span>
        )}
      </span>
    </button>
  );
}

const SHAPES: Record<Level, string> = {
  good: "M4 10.5 8 14.5 16 5.5",
  watch: "M10 3 18 17H2zM10 8v4M10 14.5v.5",
  act: "M7 2h6l5 5v6l-5 5H7l-5-5V7zM10 6v5M10 13.5v.5",
};

export function LevelSign({ level }: { level: Level }) {
  return (
    <span class="level" data-level={level}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={SHAPES[level]} />
      </svg>
      {say(`level-${level}`)}
    </span>
  );
}
