import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import { Interruption } from "../../shared/components/Interruption";
import { Notice } from "../../shared/components/Notice";
import { PageHead } from "../../shared/components/PageHead";
import { hall, isLive, link } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { Actions } from "./Actions";
import { watchForVisitors } from "./badge";
import { Current } from "./Current";
import { Dialogs } from "./Dialogs";
import { listenToKeys, open, rested, ticketShown } from "./doing";
import { SeatDialog } from "./SeatDialog";
import { Side } from "./Side";
import { mine, number } from "./store";

export function DeskPage() {
  useEffect(listenToKeys, []);
  useSignalEffect(watchForVisitors);
  useSignalEffect(() => ticketShown(mine.value?.ticket?.id ?? null));
  const zone = hall.value.hall?.zones.find(({ code }) => code === mine.value?.zone);
  const known = hall.value.hall !== null;
  return (
    <div
      class="desk"
      data-old={known && !isLive.value}
      data-phase={link.value.phase}
      data-rested={rested.value}
    >
      <a class="skip" href="#now">
        {say("skip")}
      </a>
      <PageHead title={say("desk-title", { window: number, zone: zone ? pick(zone.name) : "" })} />
      <Interruption link={link.value} />
      {known && !mine.value ? (
        <main class="desk-none" id="now">
          <p>{say("no-such-window", { window: number || "?" })}</p>
        </main>
      ) : (
        <main class="desk-body" id="now">
          <div class="desk-main">
            <Current />
            <Actions />
          </div>
          <Side />
        </main>
      )}
      <footer class="desk-foot">
        <Button kind="quiet" id="keys" onClick={() => (open.value = "keys")}>
          {say("keys-edit")}
        </Button>
        <p>{say("desk-hint")}</p>
        <Button kind="quiet" id="leave" onClick={() => (open.value = "leave")}>
          {say("leave-desk")}
        </Button>
      </footer>
      <Dialogs />
      <SeatDialog />
      <Notice />
    </div>
  );
}
