import { useSignalEffect } from "@preact/signals";
import type { KioskView, Screen } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";
import { Head } from "./Head";
import { IdleDialog } from "./IdleDialog";
import { CodeScreen, Looking, VisitScreen } from "./screens/Code";
import { Confirm } from "./screens/Confirm";
import { Appointment, ClosedScreen, Help, Lost, NeedCard, SorryScreen } from "./screens/Messages";
import { Already, Asking, Done, Issuing, NumberOnly, Printing } from "./screens/Numbers";
import { Services } from "./screens/Services";
import { Welcome } from "./screens/Welcome";
import { spoken } from "./spoken";
import { connected, hall, view } from "./store";
import { Tools } from "./Tools";

/** Screens on which the look may be changed: all but those that are soon over. */
const WITH_TOOLS = new Set<Screen["name"]>([
  "welcome",
  "closed",
  "help",
  "appointment",
  "visit",
  "code",
  "services",
  "need-card",
  "confirm",
  "already",
  "asking",
  "number-only",
  "sorry",
]);

export function KioskPage() {
  useSignalEffect(() => {
    document.title = hall.value ? `${say("kiosk-title")} · ${pick(hall.value.name)}` : say("kiosk-title");
  });
  const shown = view.value;
  if (shown === null)
    return (
      <main class="kiosk" data-name="none">
        {!connected.value && <Lost />}
      </main>
    );
  const { look, show } = shown;
  return (
    <div
      class="kiosk"
      data-name={show.name}
      data-screen={shown.screen}
      data-large={look.large}
      data-low={look.low}
      data-contrast={look.contrast}
    >
      <Head view={shown} />
      {/* Another visit is another page: nothing that was typed or laid open for the one before is left. */}
      <main class="stage" key={`${shown.visit}-${show.name}`}>
        <Shown view={shown} />
      </main>
      {WITH_TOOLS.has(show.name) && <Tools look={look} />}
      {shown.idle_s !== null && <IdleDialog seconds={shown.idle_s} />}
      {!connected.value && <Lost />}
      <p role="status" class="unseen">
        {spoken(shown)}
      </p>
    </div>
  );
}

function Shown({ view }: { view: KioskView }) {
  const { show } = view;
  switch (show.name) {
    case "welcome":
      return <Welcome view={view} />;
    case "closed":
      return <ClosedScreen why={show.why} nearby={show.nearby} />;
    case "help":
      return <Help />;
    case "appointment":
      return <Appointment />;
    case "looking":
      return <Looking />;
    case "visit":
      return <VisitScreen visit={show.visit} />;
    case "code":
      return <CodeScreen why={show.why} />;
    case "services":
      return <Services view={view} />;
    case "need-card":
      return <NeedCard view={view} service={show.service} />;
    case "confirm":
      return <Confirm view={view} show={show} />;
    case "issuing":
      return <Issuing service={show.service} slow={show.slow} />;
    case "printing":
      return <Printing slip={show.slip} />;
    case "asking":
      return <Asking slip={show.slip} />;
    case "done":
      return <Done slip={show.slip} seconds={show.seconds} cardOn={view.card_on} />;
    case "number-only":
      return <NumberOnly slip={show.slip} why={show.why} again={show.again} />;
    case "already":
      return <Already number={show.number} service={show.service} />;
    case "sorry":
      return <SorryScreen why={show.why} />;
  }
}
