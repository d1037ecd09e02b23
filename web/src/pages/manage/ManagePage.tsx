import { useSignalEffect } from "@preact/signals";
import { Interruption } from "../../shared/components/Interruption";
import { NotAllowed } from "../../shared/components/NotAllowed";
import { Notice } from "../../shared/components/Notice";
import { PageHead } from "../../shared/components/PageHead";
import { hall, isLive, link } from "../../shared/hall/store";
import { WindowMap } from "../../shared/hall/WindowMap";
import { session } from "../../shared/session/session";
import { say } from "../../shared/words/words";
import { CrowdPanel } from "./CrowdPanel";
import { Details } from "./Details";
import { Services } from "./Services";
import { zone } from "./store";
import { Tiles } from "./Tiles";
import { Zones } from "./Zones";

export function ManagePage() {
  useSignalEffect(() => {
    document.title = `${say("manage-title")} · ${say("product")}`;
  });
  const known = hall.value.hall !== null;
  return (
    <div class="manage" data-known={known} data-old={known && !isLive.value} data-phase={link.value.phase}>
      <a class="skip" href="#figures">
        {say("skip")}
      </a>
      <PageHead title={say("manage-title")}>
        {hall.value.lots.length > 0 && session.value?.role === "manager" && (
          <a class="language" href="/parking">
            {say("to-parking")}
          </a>
        )}
        {(session.value?.role === "manager" || session.value?.role === "admin") && (
          <a class="language" href="/manage/ticket">
            {say("to-template")}
          </a>
        )}
      </PageHead>
      <Interruption link={link.value} />
      <main class="manage-body">
        <Tiles />
        <CrowdPanel />
        <div class="manage-tables">
          <Zones />
          <Services />
        </div>
        <WindowMap zone={zone.value} />
      </main>
      <Details />
      <NotAllowed roles={["manager", "admin", "guide"]} />
      <Notice />
    </div>
  );
}
