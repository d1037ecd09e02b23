import { hourMinute, hourMinuteSecond } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import type { LotLane, LotOperation } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";
import { over, whyNot } from "./store";
import { laneName } from "./words";

const ARROWS = { in: "M4 10h11M11 5l5 5-5 5", out: "M16 10H5M9 5l-5 5 5 5" } as const;
const BOTH = "M3 7h12M12 3l4 4-4 4M17 14H5M8 10l-4 4 4 4";

/** Every lane: which way, whether it is open and sees, and what passed it today. */
export function Lanes({ operation }: { operation: LotOperation }) {
  return (
    <section class="panel" aria-labelledby="lanes-title">
      <div class="panel-head">
        <h3 id="lanes-title">{say("lanes")}</h3>
      </div>
      <table class="lanes">
        <thead>
          <tr>
            <th scope="col">{say("lane")}</th>
            <th scope="col" class="count">
              {say("lane-seen")}
            </th>
            <th scope="col" class="narrow">
              {say("lane-sources")}
            </th>
            <th scope="col" class="count">
              {say("lane-in")}
            </th>
            <th scope="col" class="count">
              {say("lane-out")}
            </th>
            <th scope="col" class="count narrow">
              {say("lane-doubtful")}
            </th>
            <th scope="col">
              <span class="unseen">{say("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {operation.lanes.map((lane) => (
            <Row key={lane.lane} lane={lane} name={laneName(lane.lane, operation)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ lane, name }: { lane: LotLane; name: string }) {
  return (
    <tr data-lane={lane.lane} data-open={lane.open} data-blind={lane.blind_since !== null}>
      <th scope="row">
        <span class="lane-name">
          <svg class="lane-arrow" viewBox="0 0 20 20" aria-hidden="true">
            <path d={lane.direction ? ARROWS[lane.direction] : BOTH} />
          </svg>
          <span class="unseen">{say(`direction-${lane.direction ?? "both"}`)}</span>
          {name}
        </span>
        {!lane.open && <small class="lane-closed">{say("lane-closed")}</small>}
        {lane.blind_since && (
          <small class="lane-blind">{say("lane-blind", { time: hourMinute(lane.blind_since) })}</small>
        )}
      </th>
      <td class="count">{lane.seen_at ? hourMinuteSecond(lane.seen_at) : say("never")}</td>
      <td class="narrow">
        {lane.sources.length === 0 ? "–" : lane.sources.map((source) => say(`source-${source}`)).join(" · ")}
      </td>
      <td class="count">{lane.entered}</td>
      <td class="count">{lane.left}</td>
      <td class="count narrow">{lane.doubtful}</td>
      <td class="row-actions">
        <Button
          kind="quiet"
          id="open-lane"
          why={whyNot.value}
          onClick={() => (over.value = { part: { lane: lane.lane }, open: !lane.open })}
        >
          {say(lane.open ? "close-short" : "open-short")}
          <span class="unseen"> {name}</span>
        </Button>
      </td>
    </tr>
  );
}
