import { waitClock } from "../../shared/clock";
import { etaWords } from "../../shared/hall/figures";
import { longestWait } from "../../shared/hall/state";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";

/** Every queue of the hall. Rows are a pool by place; the order changes only now and then. */
export function Queues() {
  return (
    <div class="panel queues" id="queues">
      <div class="panel-head">
        <h2 id="queues-title">{say("queues")}</h2>
        <p class="panel-hint">{say("queues-hint")}</p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section class="queues-scroll" tabIndex={0} aria-labelledby="queues-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{say("queue-service")}</th>
              <th scope="col" class="count">
                {say("queue-waiting")}
              </th>
              <th scope="col" class="count">
                {say("queue-longest")}
              </th>
              <th scope="col" class="count">
                {say("queue-windows")}
              </th>
              <th scope="col" class="estimate">
                {say("queue-estimate")}
              </th>
            </tr>
          </thead>
          <tbody>
            {hall.value.order.map((service, place) => (
              <QueueRow key={place} service={service} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function QueueRow({ service }: { service: string }) {
  const { queues, at } = hall.value;
  const entry = queues.get(service);
  if (!entry) return null;
  const { queue } = entry;
  const nobody = queue.waiting === 0;
  return (
    <tr data-queue={service} data-nobody={nobody} data-unserved={!nobody && queue.open_windows === 0}>
      <th scope="row">{pick(queue.name)}</th>
      <td class="count waiting">{queue.waiting}</td>
      <td class="count">{nobody ? "–" : waitClock(longestWait(entry, at ?? entry.at))}</td>
      <td class="count">{queue.open_windows}</td>
      <td class="estimate">{estimate(entry.queue)}</td>
    </tr>
  );
}

function estimate(queue: Parameters<typeof etaWords>[0]): string {
  const { key, ...numbers } = etaWords(queue);
  return say(key, numbers);
}
