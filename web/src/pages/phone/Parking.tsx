import type { LotSays, Visit, VisitLot } from "../../shared/generated/protocol";
import { Free, ParkingSign, WheelchairSign } from "../../shared/parking/Free";
import { forecastWords } from "../../shared/parking/says";
import { pick, say } from "../../shared/words/words";
import { phaseOf } from "./phase";

/** Where to leave the car, for those who are still on their way; below the number, which comes first. */
export function Parking({ visit, live }: { visit: Visit; live: boolean }) {
  const phase = phaseOf(visit);
  if (visit.lots.length === 0 || (phase !== "waiting" && phase !== "near")) return null;
  return (
    <section class="parking" aria-labelledby="parking-title">
      <h2 id="parking-title">
        <ParkingSign />
        {say("parking-now")}
      </h2>
      <ul>
        {visit.lots.map((lot) => (
          <Lot key={lot.name.zh} lot={lot} live={live} />
        ))}
      </ul>
    </section>
  );
}

function Lot({ lot, live }: { lot: VisitLot; live: boolean }) {
  const soon = live ? lot.in_30 : null;
  return (
    <li>
      <span class="parking-name">{pick(lot.name)}</span>
      {lot.disabled && <Accessible of={lot.disabled} live={live} />}
      <Free of={lot} live={live} />
      {lot.says !== "closed" && (
        <small class="parking-soon">{soon ? forecastWords(soon) : say("soon-unknown")}</small>
      )}
    </li>
  );
}

function Accessible({ of, live }: { of: LotSays; live: boolean }) {
  return (
    <span class="parking-accessible">
      <WheelchairSign />
      <span class="unseen">{say("bay-disabled")}</span>
      <Free of={of} live={live} />
    </span>
  );
}
