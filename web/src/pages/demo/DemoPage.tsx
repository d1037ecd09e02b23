import { useSignalEffect } from "@preact/signals";
import { LanguageSwitch } from "../../shared/components/LanguageSwitch";
import { Mark } from "../../shared/components/Mark";
import { Notice } from "../../shared/components/Notice";
import { say } from "../../shared/words/words";
import { Devices } from "./devices/Devices";
import { PaperDialog } from "./Papers";
import { Programs } from "./Programs";
import { fresh, state } from "./store";

export function DemoPage() {
  useSignalEffect(() => {
    document.title = `${say("demo-title")} · ${say("product")}`;
  });
  const now = state.value;
  return (
    <div class="demo" data-old={now !== null && !fresh.value}>
      <a class="skip" href="#devices">
        {say("skip")}
      </a>
      <header class="head">
        <Mark />
        <div class="head-name">
          <h1>{say("demo-title")}</h1>
          <p>{say("demo-text")}</p>
        </div>
        <div class="head-right">
          <p class="link-state" data-phase={fresh.value ? "live" : "lost"} role="status">
            <span class="link-sign" aria-hidden="true" />
            {say(fresh.value ? "link-live" : now ? "link-lost" : "link-connecting")}
          </p>
          <LanguageSwitch />
          <a class="language demo-back" href="/">
            {say("to-doorway")}
          </a>
        </div>
      </header>
      <main class="demo-body" id="devices">
        {now && (
          <>
            <Programs programs={now.programs} />
            {now.bridge ? (
              <Devices bridge={now.bridge} />
            ) : (
              <p class="panel demo-nothing">{say("bridge-down")}</p>
            )}
          </>
        )}
      </main>
      <PaperDialog />
      <Notice />
    </div>
  );
}
