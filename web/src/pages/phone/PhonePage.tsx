import { useSignalEffect } from "@preact/signals";
import { useState } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import { Dialog } from "../../shared/components/Dialog";
import { Interruption } from "../../shared/components/Interruption";
import { LanguageSwitch } from "../../shared/components/LanguageSwitch";
import { Mark } from "../../shared/components/Mark";
import { Notice } from "../../shared/components/Notice";
import type { Visit } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";
import { noticeCalls } from "./call";
import { elder, setElder } from "./elder";
import { Parking } from "./Parking";
import { mayLeave } from "./phase";
import { leave, leaving, link, unknown, visit } from "./store";
import { VisitCard } from "./VisitCard";

export function PhonePage() {
  useSignalEffect(noticeCalls);
  useSignalEffect(() => {
    document.documentElement.dataset.elder = String(elder.value);
  });
  const now = visit.value;
  const old = now !== null && link.value.phase !== "live" && link.value.hallTime !== null;
  return (
    <div class="phone" data-old={old} data-phase={link.value.phase}>
      <header class="phone-head">
        <Mark />
        <p>{now ? pick(now.hall) : say("product")}</p>
        <button
          type="button"
          class="language"
          aria-pressed={elder.value}
          data-action="elder"
          onClick={() => setElder(!elder.value)}
        >
          {say(elder.value ? "elder-off" : "elder-on")}
        </button>
        <LanguageSwitch />
      </header>
      {!unknown.value && <Interruption link={link.value} />}
      <main class="phone-body">
        {unknown.value ? (
          <Unknown />
        ) : now ? (
          <VisitCard visit={now} />
        ) : (
          <p class="phone-wait">{say("loading")}</p>
        )}
        {now && !unknown.value && <Parking visit={now} live={!old} />}
        {now && !unknown.value && mayLeave(now) && <Leave visit={now} />}
      </main>
      <Notice />
    </div>
  );
}

function Unknown() {
  return (
    <section class="visit" data-face="unknown">
      <h1 class="visit-head">{say("unknown-title")}</h1>
      <p class="visit-advice">{say("unknown-text")}</p>
    </section>
  );
}

function Leave({ visit: now }: { visit: Visit }) {
  const [asked, setAsked] = useState(false);
  return (
    <div class="phone-foot">
      <Button
        kind="quiet"
        id="leave"
        why={leaving.value ? say("sending") : null}
        onClick={() => setAsked(true)}
      >
        {say("leave")}
      </Button>
      {asked && (
        <Dialog title={say("leave-title", { number: now.number })} onClose={() => setAsked(false)} id="leave">
          <p>{say("leave-text")}</p>
          <div class="dialog-actions">
            <Button id="stay" first onClick={() => setAsked(false)}>
              {say("stay")}
            </Button>
            <Button
              kind="danger"
              id="confirm"
              onClick={() => {
                setAsked(false);
                void leave();
              }}
            >
              {say("leave-do")}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
