import { useState } from "preact/hooks";
import { hourMinute } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import { ClassSign } from "../../shared/components/ClassSign";
import { Dialog } from "../../shared/components/Dialog";
import { intervalWords } from "../../shared/components/Interval";
import { NumberPlate } from "../../shared/components/NumberPlate";
import { QrCode } from "../../shared/components/QrCode";
import type { Ticket } from "../../shared/generated/protocol";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { PrinterChoice } from "./PrinterChoice";
import { card, leave, printerOf, reprint, whyNot, windowsFor } from "./store";

/** So many windows are named; more would not be read. */
const WINDOWS_NAMED = 8;

/** One ticket, large enough to be read across the counter. */
export function Card({ ticket }: { ticket: Ticket }) {
  const [printer, setPrinter] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const queue = hall.value.queues.get(ticket.service)?.queue;
  const why = whyNot.value;
  const at = printerOf(printer);
  return (
    <section class="panel card" data-state={ticket.state} aria-label={say("card", { number: ticket.number })}>
      <div class="card-head">
        <div>
          <p class="card-state">
            {say(`ticket-${ticket.state}`)} · {hourMinute(ticket.issued_at)}
          </p>
          <p class="card-number">
            <NumberPlate number={ticket.number} size="huge" />
          </p>
          <p class="card-service">
            {queue ? pick(queue.name) : ticket.service} <ClassSign of={ticket.class} />
          </p>
        </div>
        {ticket.link && (
          <div class="card-qr">
            <QrCode text={new URL(ticket.link, location.origin).href} label={say("card-qr")} />
            <p>{say("card-qr")}</p>
          </div>
        )}
      </div>
      <dl class="card-facts">
        <div>
          <dt>{say("card-where")}</dt>
          <dd>{where(ticket)}</dd>
        </div>
        <div>
          <dt>{say("card-ahead")}</dt>
          <dd>
            {ticket.state === "waiting"
              ? `${ticket.ahead} ${say("unit-people", { count: ticket.ahead })}`
              : "–"}
          </dd>
        </div>
        <div>
          <dt>{say("card-wait")}</dt>
          <dd>{ticket.state === "waiting" ? intervalWords(ticket.eta) : "–"}</dd>
        </div>
        <div>
          <dt>{say("card-print")}</dt>
          <dd data-print={ticket.print.state}>{say(`print-${ticket.print.state}`)}</dd>
        </div>
      </dl>
      <div class="card-foot">
        <PrinterChoice value={at} onChange={setPrinter} none={false} />
        <Button
          id="reprint"
          why={why ?? (at === "" ? say("why-no-printer") : null)}
          onClick={() => void reprint(ticket, at)}
        >
          {say("reprint")}
        </Button>
        {ticket.state === "waiting" && (
          <Button kind="danger" id="leave" why={why} onClick={() => setLeaving(true)}>
            {say("leave")}
          </Button>
        )}
        <Button id="close-card" onClick={() => (card.value = null)}>
          {say("card-close")}
        </Button>
      </div>
      {leaving && (
        <Dialog
          title={say("leave-title", { number: ticket.number })}
          onClose={() => setLeaving(false)}
          id="leave"
        >
          <p>{say("leave-text")}</p>
          <div class="dialog-actions">
            <Button first onClick={() => setLeaving(false)}>
              {say("cancel")}
            </Button>
            <Button
              kind="danger"
              id="confirm"
              onClick={() => {
                setLeaving(false);
                void leave(ticket);
              }}
            >
              {say("leave")}
            </Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

/** The window it was called to, or those that may call it. */
function where(ticket: Ticket): string {
  if (ticket.window !== null) return say("window-name", { window: ticket.window });
  const windows = windowsFor(ticket);
  if (windows.length === 0) return say("card-no-window");
  const named = windows.slice(0, WINDOWS_NAMED).join(say("list-comma"));
  return windows.length > WINDOWS_NAMED
    ? say("card-windows-more", { windows: named, count: windows.length })
    : say("card-windows", { windows: named });
}
