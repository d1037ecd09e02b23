import { say } from "../../../shared/words/words";
import { onBridge, turn } from "../store";
import type { Sign } from "../types";
import { DevicePanel } from "./DevicePanel";

/** What an LED sign shows, dot by dot. */
export function SignPanel({ sign }: { sign: Sign }) {
  const { name, width, height, png, areas } = sign;
  return (
    <DevicePanel family="sign" device={sign} note={say("dots", { width, height })}>
      <img
        class="sign-picture"
        style={{ aspectRatio: `${width} / ${height}` }}
        src={`${onBridge(png)}?t=${turn.value}`}
        alt={say("sign-alt", { name })}
        data-text={areas.map(({ text }) => text).join("\n")}
      />
    </DevicePanel>
  );
}
