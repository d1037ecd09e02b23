import { Figure, Sized } from "../../shared/components/Figure";
import type { WindowCounts } from "../../shared/hall/figures";
import { StateSign } from "../../shared/hall/StateSign";
import { hall, shownFigures } from "../../shared/hall/store";
import { waitWords } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";

export function Figures() {
  const { waiting, longest, issued, served, left, windows } = shownFigures.value;
  const known = hall.value.hall !== null;
  const number = (count: number) => (known ? count.toLocaleString("en-US") : "—");
  return (
    <section class="figures" aria-label={say("figures")}>
      <Figure id="waiting" title={say("figure-waiting")} unit={say("unit-people", { count: waiting })}>
        {number(waiting)}
      </Figure>
      <Figure
        id="longest"
        title={say("figure-longest")}
        note={known ? (longest ? pick(longest.queue.name) : say("no-one-waits")) : undefined}
      >
        {known && longest ? <Sized words={waitWords(longest.seconds)} /> : "—"}
      </Figure>
      <WindowsFigure counts={windows} known={known} />
      <Figure
        id="issued"
        title={say("figure-issued")}
        unit={say("unit-tickets", { count: issued })}
        note={known ? `${say("figure-left")} ${left.toLocaleString("en-US")}` : undefined}
      >
        {number(issued)}
      </Figure>
      <Figure id="served" title={say("figure-served")} unit={say("unit-cases", { count: served })}>
        {number(served)}
      </Figure>
    </section>
  );
}

const SHOWN = ["busy", "idle", "paused", "closed"] as const;

function WindowsFigure({ counts, known }: { counts: WindowCounts; known: boolean }) {
  return (
    <div class="figure figure-windows" data-figure="windows">
      <h2>
        {say("figure-windows")}
        {known && <span>{say("windows-total", { count: counts.all })}</span>}
      </h2>
      <dl>
        {SHOWN.map((state) => (
          <div key={state} data-state={state}>
            <dt>
              <StateSign state={state} />
              {say(`state-${state}`)}
            </dt>
            <dd>{known ? counts[state] : "—"}</dd>
          </div>
        ))}
      </dl>
      <div class="figure-bar" aria-hidden="true">
        {SHOWN.map((state) => (
          <span key={state} data-state={state} style={{ flexGrow: counts[state] }} />
        ))}
      </div>
    </div>
  );
}
