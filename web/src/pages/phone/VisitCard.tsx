import { hourMinute } from "../../shared/clock";
import { intervalWords } from "../../shared/components/Interval";
import { NumberPlate } from "../../shared/components/NumberPlate";
import type { Visit } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";
import { heldMinutes, type Phase, phaseOf } from "./phase";
import { link, nowMs } from "./store";

/** The visit: what it is now in one line, the number, and what to do. */
export function VisitCard({ visit }: { visit: Visit }) {
  const phase = phaseOf(visit);
  const { hallTime } = link.value;
  return (
    <section class="visit" data-face={phase}>
      <div aria-live="polite" class="visit-news">
        <h1 class="visit-head">
          <PhaseSign phase={phase} />
          {say(`phase-${phase}`)}
        </h1>
        {phase === "called" && <p class="visit-window">{say("go-to", { window: visit.window ?? "" })}</p>}
        <p class="visit-number">
          <NumberPlate number={visit.number} size="huge" />
        </p>
      </div>
      <p class="visit-service">{pick(visit.service)}</p>
      {(phase === "waiting" || phase === "near" || phase === "closed") && <Line visit={visit} />}
      <p class="visit-advice">{advice(visit, phase)}</p>
      <dl class="visit-facts">
        {visit.zone && (
          <div class="visit-zone">
            <dt>{say("zone")}</dt>
            <dd>{pick(visit.zone)}</dd>
          </div>
        )}
        <div>
          <dt>{say("issued")}</dt>
          <dd>{hourMinute(visit.issued_at)}</dd>
        </div>
        <div>
          <dt>{say("updated")}</dt>
          <dd data-updated>{hallTime ? hourMinute(hallTime) : "–"}</dd>
        </div>
      </dl>
    </section>
  );
}

function Line({ visit }: { visit: Visit }) {
  return (
    <dl class="visit-line">
      <div>
        <dt>{say("ahead")}</dt>
        <dd>
          {visit.ahead}
          <small>{say("unit-people", { count: visit.ahead })}</small>
        </dd>
      </div>
      <div>
        <dt>{say("wait")}</dt>
        <dd class="visit-eta">{intervalWords(visit.eta)}</dd>
      </div>
    </dl>
  );
}

function advice(visit: Visit, phase: Phase): string {
  const window = visit.window ?? "";
  if (phase === "called") {
    const held = heldMinutes(visit, nowMs.value);
    if (held === null) return say("advice-called");
    return held > 0 ? say("advice-held", { minutes: held }) : say("advice-held-over");
  }
  if (phase === "near") return say("advice-near", { zone: visit.zone ? pick(visit.zone) : "" });
  return say(`advice-${phase}`, { window });
}

const SHAPES: Record<Phase, string> = {
  waiting: "M5 2h10M5 18h10M6 2c0 5 8 6 8 8s-8 3-8 8M14 2c0 5-8 6-8 8s8 3 8 8",
  near: "M10 3v10M5.500 9 10 13.500 14.500 9M4 17h12",
  called: "M3 8v4h3l5 4V4L6 8zM14 7c1.500 2 1.500 4 0 6M16.500 5c2.500 3.500 2.500 6.500 0 10",
  serving: "M4 10.5 8 14.5 16 5.5",
  parked: "M7 4v12M13 4v12",
  missed: "M10 3 18 17H2zM10 8v4M10 14.500v.5",
  done: "M4 10.5 8 14.5 16 5.5",
  left: "M5 5l10 10M15 5 5 15",
  closed: "M10 3a7 7 0 1 0 .001 0zM10 6v4l3 2",
};

function PhaseSign({ phase }: { phase: Phase }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" class="visit-sign">
      <path d={SHAPES[phase]} />
    </svg>
  );
}
