import { useSignalEffect } from "@preact/signals";
import type { BoardView } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";
import { Both, BothOf } from "./both";
import { Lines } from "./Lines";
import { Parking } from "./Parking";
import { Rows } from "./Rows";
import { Stage } from "./Stage";
import { blocked, link, spoken, unlock, view, zone } from "./store";

const NO_TIME = "--:--";

export function BoardPage() {
  useSignalEffect(() => {
    const name = view.value?.zone?.name;
    document.title = name
      ? `${pick(name)} · ${say("board-title")}`
      : `${say("board-title")} · ${say("board-product")}`;
  });
  if (link.value.zones) return <Zones />;
  const now = view.value;
  return (
    <div class="board" data-link={now?.link ?? "connecting"}>
      <Top view={now} />
      <main class="board-calls" data-empty={!now || now.calls.length === 0}>
        <h1 class="unseen">{say("board-latest")}</h1>
        <Stage view={now} />
        {now && now.calls.length > 0 && <Rows view={now} />}
      </main>
      <div class="foot" data-lots={(now?.lots.length ?? 0) > 0}>
        <Lines view={now} />
        {now && <Parking view={now} />}
      </div>
      <Sound />
    </div>
  );
}

function Top({ view }: { view: BoardView | null }) {
  return (
    <header class="top">
      <p class="top-code">{view?.zone?.code ?? zone.value}</p>
      <div class="top-names">
        {view?.zone ? (
          <BothOf name={view.zone.name} as="top-zone" />
        ) : (
          <Both say="board-title" as="top-zone" />
        )}
        {view?.hall && <BothOf name={view.hall} as="top-hall" />}
      </div>
      {view && view.link !== "connecting" && (
        <p class="top-open" data-open={view.open}>
          <Both say={view.open ? "board-open" : "board-closed"} />
        </p>
      )}
      <p class="top-clock">
        <time>{view?.link === "live" ? (view.time ?? NO_TIME) : NO_TIME}</time>
      </p>
    </header>
  );
}

/** What is spoken, for those who do not hear it; and the hint where the browser forbids it. */
function Sound() {
  const now = spoken.value;
  const sentence = now?.announcement.sayings[0];
  return (
    <>
      <p
        role="status"
        class="unseen spoken"
        data-id={now?.announcement.id}
        data-over={now?.over}
        data-times={now?.announcement.sayings.length}
        data-clips={sentence?.clips.join(" ")}
      >
        {sentence?.text}
      </p>
      {blocked.value && (
        <button type="button" class="sound-hint" onClick={unlock}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 9v6h4l5 4V5L8 9z" />
            <path class="sound-cross" d="M16 9l5 6M21 9l-5 6" />
          </svg>
          <Both say="board-sound" />
        </button>
      )}
    </>
  );
}

/** Where there is no such zone, or none was asked for. */
function Zones() {
  const known = link.value.zones;
  return (
    <main class="zones">
      {known && <BothOf name={known.hall} as="zones-hall" />}
      <h1>
        {zone.value === "" ? (
          <Both say="board-choose" />
        ) : (
          <Both say="board-unknown" args={{ code: zone.value }} />
        )}
      </h1>
      <ul>
        {known?.zones.map(({ code, name }) => (
          <li key={code}>
            <a href={`/board/${encodeURIComponent(code)}${location.search}`}>
              <span class="top-code">{code}</span>
              <BothOf name={name} />
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
