import type { BoardView } from "../../shared/generated/protocol";
import { Both, BothOf } from "./both";
import { BESIDE_PARKING, shownLines } from "./room";

/** Who waits for what. Hidden where that is not known. */
export function Lines({ view }: { view: BoardView | null }) {
  const known = view?.link === "live" && view.waiting !== null;
  const room = view && view.lots.length > 0 ? BESIDE_PARKING : Number.POSITIVE_INFINITY;
  return (
    <footer class="lines" data-known={known}>
      <div class="lines-all">
        <Both say="board-waiting" />
        <strong class="lines-total">{known ? view.waiting : "—"}</strong>
      </div>
      <ul>
        {shownLines(view?.lines ?? [], room).map((line) => (
          <li key={line.service} data-service={line.service} data-open={line.open}>
            <BothOf name={line.name} />
            {line.open || line.waiting > 0 ? (
              <strong>{line.waiting}</strong>
            ) : (
              <Both say="board-no-window" as="lines-none" />
            )}
          </li>
        ))}
      </ul>
    </footer>
  );
}
