import { say } from "../../../shared/words/words";
import type { Speaker } from "../types";
import { DevicePanel } from "./DevicePanel";
import { written } from "./spoken";

const SHOWN = 4;

/** What a speaker said: nobody hears it, so it stands here. */
export function SpeakerPanel({ speaker }: { speaker: Speaker }) {
  const said = speaker.played.slice(-SHOWN).reverse();
  return (
    <DevicePanel family="speaker" device={speaker} note={say("said", { count: speaker.count })}>
      {said.length === 0 && <p class="demo-nothing">{say("nothing-said")}</p>}
      <ul class="heard">
        {said.map(({ text, began_ms, end }) => (
          <li key={began_ms} data-end={end} title={text}>
            <span>
              {text === ""
                ? say("chime-alone")
                : written(text).map(({ sentence, times }) => (
                    <span key={sentence}>
                      {sentence} {times > 1 && `×${times}`}
                    </span>
                  ))}
            </span>
            <small class="heard-end">{say(`end-${end}`)}</small>
          </li>
        ))}
      </ul>
    </DevicePanel>
  );
}
