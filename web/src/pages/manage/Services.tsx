import { waitClock } from "../../shared/clock";
import { intervalWords } from "../../shared/components/Interval";
import { longestWait } from "../../shared/hall/state";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { levelOf, THRESHOLDS } from "./levels";
import { detail, services, zone } from "./store";
import { LevelSign } from "./Tiles";

/** The services people wait for, longest first; a press opens what stands behind one. */
export function Services() {
  const name = hall.value.hall?.zones.find(({ code }) => code === zone.value)?.name;
  const title = name ? say("services-of", { zone: pick(name) }) : say("services");
  return (
    <section class="panel services" aria-labelledby="services-title">
      <div class="panel-head">
        <h2 id="services-title">{title}</h2>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section class="services-scroll" tabIndex={0} aria-labelledby="services-title">
        <ServiceTable codes={services.value} />
      </section>
    </section>
  );
}

export function ServiceTable({ codes }: { codes: readonly string[] }) {
  const { queues, at } = hall.value;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say("service")}</th>
          <th scope="col" class="count">
            {say("waiting")}
          </th>
          <th scope="col" class="count">
            {say("longest")}
          </th>
          <th scope="col" class="count narrow">
            {say("windows-open")}
          </th>
          <th scope="col" class="count narrow">
            {say("estimate")}
          </th>
        </tr>
      </thead>
      <tbody>
        {codes.map((code, place) => {
          const entry = queues.get(code);
          if (!entry) return null;
          const { queue } = entry;
          const wait = longestWait(entry, at ?? entry.at);
          const vain = queue.waiting > 0 && queue.open_windows === 0;
          const level = vain ? "act" : levelOf(wait / 60, THRESHOLDS.longestMin);
          return (
            <tr key={place} data-service={code} data-nobody={queue.waiting === 0}>
              <th scope="row">
                <button type="button" class="row-link" onClick={() => (detail.value = { service: code })}>
                  {pick(queue.name)}
                </button>
              </th>
              <td class="count">{queue.waiting}</td>
              <td class="count">
                {queue.waiting > 0 ? waitClock(wait) : "–"}
                {level !== "good" && <LevelSign level={level} />}
              </td>
              <td class="count narrow">{queue.open_windows}</td>
              <td class="count narrow">{intervalWords(queue.eta)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
