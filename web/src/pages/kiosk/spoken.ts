/** What is said of a screen to who cannot see it: screen readers read it, and a speech engine may. */
import type { KioskView } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";
import { peopleAhead, placeOf, waitOf, whereOf } from "./words";

export function spoken(view: KioskView): string {
  const { show } = view;
  switch (show.name) {
    case "welcome":
      return sentence(say("welcome"), say("welcome-detail"), say("key-no-card"), say("tool-help"));
    case "closed":
      return sentence(
        say(`closed-${show.why}`),
        show.why === "hours" ? "" : say(`closed-${show.why}-detail`),
      );
    case "help":
      return sentence(say("help"), say("help-detail"));
    case "appointment":
      return sentence(say("appointment"), say("appointment-detail"));
    case "looking":
      return say("code-looking");
    case "visit": {
      const { number, state, ahead, eta } = show.visit;
      const facts = state === "waiting" ? [peopleAhead(ahead), waitOf(eta)] : [];
      return sentence(say(`visit-${state}`), digits(number), ...facts, whereOf(show.visit));
    }
    case "code":
      return sentence(say(`code-${show.why}`), say(`code-${show.why}-detail`));
    case "services":
      return say("choose-service");
    case "need-card":
      return sentence(say("need-card"), say("need-card-detail"));
    case "confirm": {
      const { zone, windows } = placeOf(show.place);
      return sentence(say("confirm-title"), zone, windows);
    }
    case "issuing":
      return say(show.slow ? "issuing-slow" : "issuing");
    case "printing":
      return sentence(say("printing"), say("your-number"), digits(show.slip.number));
    case "asking":
      return sentence(say("asking"), say("your-number"), digits(show.slip.number));
    case "done": {
      const { number, ahead, eta, place } = show.slip;
      const { zone, windows } = placeOf(place);
      const facts = [peopleAhead(ahead), waitOf(eta), zone, windows];
      return sentence(say("done"), say("your-number"), digits(number), ...facts);
    }
    case "number-only":
      return sentence(say("number-only"), digits(show.slip.number), say("number-only-detail"));
    case "already":
      return sentence(say("already"), digits(show.number), pick(show.service));
    case "sorry":
      return say(`sorry-${show.why}`);
  }
}

/** A number is said sign by sign. */
function digits(number: string): string {
  return [...number].join(" ");
}

function sentence(...parts: (string | null)[]): string {
  return parts.filter((part) => part).join(". ");
}
