import { useSignalEffect } from "@preact/signals";
import { Interruption } from "../../shared/components/Interruption";
import { NotAllowed } from "../../shared/components/NotAllowed";
import { Notice } from "../../shared/components/Notice";
import { PageHead } from "../../shared/components/PageHead";
import { hall, isLive, link } from "../../shared/hall/store";
import { session } from "../../shared/session/session";
import { say } from "../../shared/words/words";
import { FindCar } from "./FindCar";
import { LotList } from "./LotList";
import { LotPanel } from "./LotPanel";
import { CountDialog } from "./over/CountDialog";
import { OpenDialog } from "./over/OpenDialog";
import { chosen, operations, over } from "./store";

export function ParkingPage() {
  useSignalEffect(() => {
    document.title = `${say("parking-title")} · ${say("product")}`;
  });
  const known = hall.value.hall !== null;
  const lot = chosen.value;
  const operation = lot && operations.value.get(lot.uid);
  const shown = over.value;
  return (
    <div class="parking" data-old={known && !isLive.value} data-phase={link.value.phase}>
      <a class="skip" href="#lot">
        {say("skip")}
      </a>
      <PageHead title={say("parking-title")}>
        {session.value?.role === "manager" && (
          <a class="language" href="/manage">
            {say("to-manage")}
          </a>
        )}
      </PageHead>
      <Interruption link={link.value} />
      <main class="parking-body">
        {lot ? (
          <>
            <div class="parking-side">
              <LotList />
              <FindCar />
            </div>
            {operation ? <LotPanel operation={operation} /> : <p class="parking-wait">{say("looking")}</p>}
          </>
        ) : (
          <p class="parking-wait">{say(known ? "no-lots" : "looking")}</p>
        )}
      </main>
      {operation && shown && "part" in shown && <OpenDialog operation={operation} shown={shown} />}
      {operation && shown && "count" in shown && <CountDialog operation={operation} shown={shown} />}
      <NotAllowed roles={["manager", "gate"]} />
      <Notice />
    </div>
  );
}
