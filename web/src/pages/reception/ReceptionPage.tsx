import { useSignalEffect } from "@preact/signals";
import { Interruption } from "../../shared/components/Interruption";
import { NotAllowed } from "../../shared/components/NotAllowed";
import { Notice } from "../../shared/components/Notice";
import { PageHead } from "../../shared/components/PageHead";
import { hall, isLive, link } from "../../shared/hall/store";
import { say } from "../../shared/words/words";
import { Card } from "./Card";
import { Find } from "./Find";
import { NewTicketForm } from "./NewTicket";
import { Overview } from "./Overview";
import { card, found } from "./store";

export function ReceptionPage() {
  useSignalEffect(() => {
    document.title = `${say("reception-title")} · ${say("product")}`;
  });
  const known = hall.value.hall !== null;
  return (
    <div class="reception" data-old={known && !isLive.value} data-phase={link.value.phase}>
      <a class="skip" href="#new">
        {say("skip")}
      </a>
      <PageHead title={say("reception-title")} />
      <Interruption link={link.value} />
      <main class="reception-body">
        <NewTicketForm />
        <div class="reception-side">
          <Find />
          <div class="reception-below" aria-live="polite">
            {card.value ? <Card ticket={card.value} /> : found.value.length === 0 && <Overview />}
          </div>
        </div>
      </main>
      <NotAllowed roles={["guide", "manager"]} />
      <Notice />
    </div>
  );
}
