import { useState } from "preact/hooks";
import { waitClock } from "../../shared/clock";
import { intervalWords } from "../../shared/components/Interval";
import { longestWait } from "../../shared/hall/state";
import { hall } from "../../shared/hall/store";
import { finds } from "../../shared/words/pinyin";
import { pick, say } from "../../shared/words/words";

/** Every queue with its wait, for who asks how long it takes. */
export function Overview() {
  const [wanted, setWanted] = useState("");
  const { order, queues, at } = hall.value;
  const rows = order.flatMap((code) => {
    const entry = queues.get(code);
    return entry && finds(wanted, [entry.queue.name.zh, entry.queue.name.en]) ? [entry] : [];
  });
  return (
    <section class="panel overview" aria-labelledby="overview-title">
      <div class="overview-head">
        <h2 id="overview-title">{say("overview-title")}</h2>
        <label class="unseen" for="overview-search">
          {say("service-hint")}
        </label>
        <input
          id="overview-search"
          class="input"
          type="search"
          placeholder={say("service-hint")}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section class="overview-scroll" tabIndex={0} aria-labelledby="overview-title">
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
              <th scope="col" class="count">
                {say("open-windows")}
              </th>
              <th scope="col" class="count">
                {say("estimate")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((entry, place) => (
              // Rows are a pool by place: the order changes, the rows stay.
              <tr key={place} data-unserved={entry.queue.waiting > 0 && entry.queue.open_windows === 0}>
                <th scope="row">{pick(entry.queue.name)}</th>
                <td class="count">{entry.queue.waiting}</td>
                <td class="count">
                  {entry.queue.waiting > 0 ? waitClock(longestWait(entry, at ?? entry.at)) : "–"}
                </td>
                <td class="count">{entry.queue.open_windows}</td>
                <td class="count">{intervalWords(entry.queue.eta)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
