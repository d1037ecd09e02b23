import { ClassSign } from "../../shared/components/ClassSign";
import type { BoardCall, BoardView } from "../../shared/generated/protocol";
import { Both } from "./both";
import { Arrow } from "./Stage";

/** The other calls, the newest first. */
export function Rows({ view }: { view: BoardView }) {
  const rows = view.calls.filter((call) => !call.large);
  const stale = view.link === "stale";
  return (
    <section class="rows" data-many={rows.length > 8}>
      <h2>
        <Both say={stale ? "board-before" : "board-latest"} />
      </h2>
      {rows.length === 0 && (
        <p class="rows-none">
          <Both say="board-no-calls-detail" />
        </p>
      )}
      <ol>
        {rows.map((call) => (
          <Row key={call.key} call={call} />
        ))}
      </ol>
    </section>
  );
}

function Row({ call }: { call: BoardCall }) {
  return (
    <li class="row" data-fresh={call.fresh} data-number={call.number} data-window={call.window}>
      <span class="row-number" data-length={call.number.length}>
        {call.number}
      </span>
      <span class="row-sign">
        {call.class !== "normal" && <ClassSign of={call.class} />}
        {call.serving && <Both say="board-serving" as="row-serving" />}
      </span>
      <Arrow />
      <span class="row-window">
        <strong>{call.window}</strong>
        <Both say="board-to-window" />
      </span>
    </li>
  );
}
