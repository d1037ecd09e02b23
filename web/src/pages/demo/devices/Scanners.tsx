import { useState } from "preact/hooks";
import { say } from "../../../shared/words/words";
import { scan } from "../store";
import type { Scanner } from "../types";
import { DevicePanel } from "./DevicePanel";

/** Whatever is typed is held before it as a code. */
export function ScannerPanel({ scanner }: { scanner: Scanner }) {
  const [text, setText] = useState("");
  return (
    <DevicePanel family="scanner" device={scanner} note={say("scans", { count: scanner.scans })}>
      <form
        class="deeds"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== "") void scan(scanner.name, text);
        }}
      >
        <input
          class="input"
          aria-label={say("code")}
          placeholder={say("code")}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          {say("scan")}
        </button>
      </form>
    </DevicePanel>
  );
}
