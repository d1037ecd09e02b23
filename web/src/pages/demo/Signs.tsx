import { say } from "../../shared/words/words";
import { Switch } from "./Switch";
import { onBridge, plugSign, turn } from "./store";
import type { Sign } from "./types";

/** What each LED sign shows, dot by dot. */
export function Signs({ signs }: { signs: Sign[] }) {
  return (
    <>
      {signs.map((sign) => (
        <section class="panel sign-panel" key={sign.name} aria-label={say("sign", { name: sign.name })}>
          <h2>{say("sign", { name: sign.name })}</h2>
          <img
            class="sign-picture"
            src={`${onBridge(sign.png)}?t=${turn.value}`}
            alt={say("sign-alt", { name: sign.name })}
          />
          <div class="reader-foot">
            <Switch
              id={`${sign.name}-power`}
              words={say("plug-power")}
              on={sign.plugs.power}
              onSwitch={(power) => void plugSign(sign, { power })}
            />
            <Switch
              id={`${sign.name}-line`}
              words={say("plug-line")}
              on={sign.plugs.line}
              onSwitch={(line) => void plugSign(sign, { line })}
            />
            <Switch
              id={`${sign.name}-clean`}
              words={say("plug-clean")}
              on={!sign.plugs.garbled}
              onSwitch={(clean) => void plugSign(sign, { garbled: !clean })}
            />
          </div>
        </section>
      ))}
    </>
  );
}
