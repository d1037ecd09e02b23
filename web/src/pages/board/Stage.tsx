import { ClassSign } from "../../shared/components/ClassSign";
import type { BoardCall, BoardView } from "../../shared/generated/protocol";
import { Both } from "./both";

/** The newest calls in huge letters, or why there are none. */
export function Stage({ view }: { view: BoardView | null }) {
  if (view?.link === "stale") {
    return (
      <section class="stage stage-notice">
        <svg class="stage-sign" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M10 2 19 18H1z" />
          <path class="stage-sign-mark" d="M10 8v5M10 15v.6" />
        </svg>
        <p class="stage-title" role="alert">
          <Both say="board-stale" args={{ time: view.time ?? "" }} />
        </p>
        <Both say="board-stale-detail" as="stage-detail" />
      </section>
    );
  }
  if (!view || view.link === "connecting") {
    return (
      <section class="stage stage-notice">
        <p class="stage-title">
          <Both say="board-connecting" />
        </p>
        <Both say="board-connecting-detail" as="stage-detail" />
      </section>
    );
  }
  const large = view.calls.filter((call) => call.large);
  if (large.length === 0) {
    return (
      <section class="stage stage-notice">
        <p class="stage-title">
          <Both say="board-no-calls" />
        </p>
        <Both say="board-no-calls-detail" as="stage-detail" />
      </section>
    );
  }
  return (
    <section class="stage" data-count={large.length}>
      {large.map((call) => (
        <Large key={call.key} call={call} />
      ))}
    </section>
  );
}

function Large({ call }: { call: BoardCall }) {
  return (
    <article
      class="large"
      data-fresh={call.fresh}
      data-number={call.number}
      data-window={call.window}
      data-length={call.number.length}
    >
      <p class="large-head">
        <Both say={call.again ? "board-again" : "board-now"} />
        {call.class !== "normal" && <ClassSign of={call.class} />}
      </p>
      <p class="large-number">{call.number}</p>
      <p class="large-window">
        <Arrow />
        <strong>{call.window}</strong>
        <Both say="board-to-window" />
      </p>
    </article>
  );
}

export function Arrow() {
  return (
    <svg class="arrow" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M2 9.500h11V4l9 8-9 8v-5.500H2z" />
    </svg>
  );
}
