import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { hourMinuteSecond } from "../clock";
import { ageSeconds, hall, link } from "../hall/store";
import { watchActivity } from "../session/activity";
import { session, signOut } from "../session/session";
import { pick, say } from "../words/words";
import { LanguageSwitch } from "./LanguageSwitch";
import { LinkState } from "./LinkState";
import { Mark } from "./Mark";

/** The head of a signed-in page: what it is, the hall, how old what it shows is, who sits before it. */
export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  useEffect(watchActivity, []);
  const { hall: settings, at } = hall.value;
  const person = session.value;
  return (
    <header class="head">
      <Mark />
      <div class="head-name">
        <h1>{title}</h1>
        <p>
          {settings && <span>{pick(settings.name)}</span>}
          {settings && (
            <span class="head-open" data-open={settings.open}>
              {say(settings.open ? "hall-open" : "hall-closed")}
            </span>
          )}
        </p>
      </div>
      <div class="head-right">
        {children}
        <LinkState phase={link.value.phase} ageSeconds={ageSeconds.value} />
        <time class="head-time">{at ? hourMinuteSecond(at) : "--:--:--"}</time>
        {person && (
          <span class="head-person">
            {say("signed-in-as", { name: person.name, role: say(`role-${person.role}`) })}
          </span>
        )}
        <LanguageSwitch />
        {person && (
          <button type="button" class="language" data-action="sign-out" onClick={() => void signOut()}>
            {say("sign-out")}
          </button>
        )}
      </div>
    </header>
  );
}
