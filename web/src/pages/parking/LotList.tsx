import type { Lot } from "../../shared/generated/protocol";
import { hall, isLive } from "../../shared/hall/store";
import { Free, ParkingSign } from "../../shared/parking/Free";
import { pick, say } from "../../shared/words/words";
import { doubtsOf } from "./doubts";
import { choose, chosen, operations } from "./store";

/** Every car park with what its sign says now; a press shows all of one. */
export function LotList() {
  return (
    <section class="panel lots" aria-labelledby="lots-title">
      <h2 id="lots-title">
        <ParkingSign />
        {say("lots-title")}
      </h2>
      <ul>
        {hall.value.lots.map((lot) => (
          <Entry key={lot.uid} lot={lot} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ lot: told }: { lot: Lot }) {
  const operation = operations.value.get(told.uid);
  // One car park says one thing on this page.
  const lot = operation?.lot ?? told;
  const grave = operation ? doubtsOf(operation).filter((doubted) => doubted.grave).length : 0;
  const ordinary = lot.classes.find((bays) => bays.class === "ordinary");
  return (
    <li>
      <button
        type="button"
        class="lot-entry"
        data-lot={lot.uid}
        aria-pressed={chosen.value?.uid === lot.uid}
        onClick={() => choose(lot.uid)}
      >
        <span class="lot-name">{pick(lot.title)}</span>
        <span class="lot-free">
          <Free of={lot} live={isLive.value} />
          <small> / {ordinary?.capacity ?? 0}</small>
        </span>
        {grave > 0 && <span class="lot-doubt">{say("doubts-count", { count: grave })}</span>}
      </button>
    </li>
  );
}
