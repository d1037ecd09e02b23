import { say } from "../../shared/words/words";
import { DevicePanel } from "./DevicePanel";
import type { Speaker } from "./types";

const SHOWN = 4;

/** What a speaker said: nobody hears it, so it stands here. */
export function SpeakerPanel({ speaker }: { speaker: Speaker }) {
  const said = speaker.played.slice(-SHOWN).reverse();
  return (
    <DevicePanel family="speaker" device={speaker} note={say("said", { count: speaker.count })}>
      {said.length === 0 && <p class="demo-nothing">{say("nothing-said")}</p>}
      <ul class="heard">
        {said.map(({ text, began_ms, end }) => (
          <li key={began_ms} data-end={end}>
            <q>{text === "" ? say("chime-alone") : text}</q>{" "}
            <small class="heard-end">{say(`end-${end}`)}</small>
          </li>
        ))}
      </ul>
    </DevicePanel>
  );
}
