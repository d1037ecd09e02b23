import type { Look } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";
import { Icon } from "./art";
import { Key } from "./Key";
import { change, press, room, view } from "./store";

/** How the page looks, and a way to a person. Always in the same place. */
export function Tools({ look }: { look: Look }) {
  const other = look.language === "zh" ? "en" : "zh";
  const name = view.value?.show.name;
  const asks = name !== "help" && name !== "already" && name !== "asking" && name !== "number-only";
  return (
    <nav class="tools" aria-label={say("kiosk-title")}>
      <Key
        kind="quiet"
        name="large"
        pressed={look.large}
        icon={<span class="tool-sign tool-sign-large">A</span>}
        onPress={() => change({ key: "large", on: !look.large })}
      >
        {say(look.large ? "tool-plain" : "tool-large")}
      </Key>
      <Key
        kind="quiet"
        name="language"
        icon={<span class="tool-sign">{other === "zh" ? "文" : "En"}</span>}
        onPress={() => change({ key: "language", language: other })}
      >
        <span lang={other === "zh" ? "zh-CN" : "en"}>{say("tool-language")}</span>
      </Key>
      {!(room.value.wide && look.large) && (
        <Key
          kind="quiet"
          name="contrast"
          pressed={look.contrast}
          icon={<span class="tool-sign tool-sign-contrast" />}
          onPress={() => change({ key: "contrast", on: !look.contrast })}
        >
          {say(look.contrast ? "tool-no-contrast" : "tool-contrast")}
        </Key>
      )}
      {/* All of a small screen is within reach. */}
      {!room.value.wide && (
        <Key
          kind="quiet"
          name="low"
          pressed={look.low}
          icon={<span class="tool-sign tool-sign-low" />}
          onPress={() => change({ key: "low", on: !look.low })}
        >
          {say(look.low ? "tool-high" : "tool-low")}
        </Key>
      )}
      <Key
        kind="quiet"
        name="help"
        off={!asks}
        icon={<Icon name="help" />}
        onPress={() => press({ key: "help" })}
      >
        {say("tool-help")}
      </Key>
    </nav>
  );
}
