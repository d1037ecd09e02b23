import { hourMinuteSecond } from "../../shared/clock";
import { LanguageSwitch } from "../../shared/components/LanguageSwitch";
import { LinkState } from "../../shared/components/LinkState";
import { longDate } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";
import { ageSeconds, hall, link } from "./store";

export function Head() {
  const { hall: settings, at } = hall.value;
  // A day begins with its first ticket or window; before that, the hall's own date.
  const date = settings?.business_date ?? at?.slice(0, 10);
  return (
    <header class="head">
      <svg class="head-mark" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M4 7h24v6a3 3 0 0 0 0 6v6H4v-6a3 3 0 0 0 0-6z" />
        <path class="head-mark-tear" d="M12 11.5v9M17 11.5v9" />
      </svg>
      <div class="head-name">
        <h1>{settings ? pick(settings.name) : say("page-title")}</h1>
        <p>
          {settings ? (
            <>
              {date && <span>{longDate(date)}</span>}
              <span class="head-open" data-open={settings.open}>
                {say(settings.open ? "hall-open" : "hall-closed")}
              </span>
            </>
          ) : (
            say("product")
          )}
        </p>
      </div>
      <div class="head-right">
        <LinkState phase={link.value.phase} ageSeconds={ageSeconds.value} />
        <LanguageSwitch />
        <p class="head-clock">
          <span class="unseen">{say("hall-clock")} </span>
          <time>{at ? hourMinuteSecond(at) : "--:--:--"}</time>
        </p>
      </div>
    </header>
  );
}
