import type { CodeNote, KioskVisit } from "../../../shared/generated/protocol";
import { pick, say } from "../../../shared/words/words";
import { Icon } from "../art";
import { Key } from "../Key";
import { press } from "../store";
import { peopleAhead, waitOf, whereOf } from "../words";
import { Spinner } from "./Numbers";

/** A code was scanned, and somebody is asked about it. */
export function Looking() {
  return (
    <div class="number">
      <Spinner />
      <h2>{say("code-looking")}</h2>
      <DoneKey />
    </div>
  );
}

/** Where the number is whose ticket was scanned. */
export function VisitScreen({ visit }: { visit: KioskVisit }) {
  const waits = visit.state === "waiting";
  const where = whereOf(visit);
  return (
    <div class="number" data-state={visit.state}>
      <h2>{say(`visit-${visit.state}`)}</h2>
      <div class="slip">
        <p class="slip-kicker">{say("your-number")}</p>
        <p class="slip-number" data-long={visit.number.length > 5}>
          {visit.number}
        </p>
        <p class="slip-service">{pick(visit.service)}</p>
      </div>
      <ul class="slip-facts">
        {waits && (
          <li>
            <Icon name="people" />
            {peopleAhead(visit.ahead)}
          </li>
        )}
        {waits && (
          <li>
            <Icon name="clock" />
            {waitOf(visit.eta)}
          </li>
        )}
        {where && (
          <li>
            <Icon name="place" />
            {where}
          </li>
        )}
      </ul>
      <p class="number-detail">{say(`visit-${visit.state}-detail`)}</p>
      <DoneKey />
    </div>
  );
}

/** A code that leads to no number. */
export function CodeScreen({ why }: { why: CodeNote }) {
  return (
    <div class="message" data-why={why}>
      <Icon name={why === "appointment" ? "calendar" : "scan"} />
      <h2>{say(`code-${why}`)}</h2>
      <p>{say(`code-${why}-detail`)}</p>
      <DoneKey />
    </div>
  );
}

/** Back to where the visitor was. */
function DoneKey() {
  return (
    <div class="number-keys">
      <Key name="back" kind="main" onPress={() => press({ key: "back" })}>
        {say("code-done")}
      </Key>
    </div>
  );
}
