import { hourMinute } from "../../shared/clock";
import { Mark } from "../../shared/components/Mark";
import type { KioskView } from "../../shared/generated/protocol";
import { longDate } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";
import { hall } from "./store";

export function Head({ view }: { view: KioskView }) {
  const { at, person, online } = view;
  // The screen that says so by itself needs no banner.
  const banner = !online && view.show.name !== "closed" && view.show.name !== "sorry";
  return (
    <header class="top">
      <div class="top-row">
        <Mark />
        <h1>{hall.value ? pick(hall.value.name) : say("kiosk-title")}</h1>
        {at && (
          <p class="top-clock">
            <time>{hourMinute(at)}</time>
            <span>{longDate(at.slice(0, 10))}</span>
          </p>
        )}
      </div>
      {person && (
        <p class="person">
          <span class="person-name">{person.name}</span>
          <span>{say("person-last4", { last4: person.last4 })}</span>
          {person.expired && <span class="person-expired">{say("person-expired")}</span>}
        </p>
      )}
      <div role="alert">{banner && <p class="banner">{say("offline-banner")}</p>}</div>
    </header>
  );
}
