import { hourMinuteSecond } from "../../shared/clock";
import { LanguageSwitch } from "../../shared/components/LanguageSwitch";
import { LinkState } from "../../shared/components/LinkState";
import { Mark } from "../../shared/components/Mark";
import { ageSeconds, hall, link } from "../../shared/hall/store";
import { longDate } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";

export function Head() {
  const { hall: settings, at } = hall.value;
  // A day begins with its first ticket or window; before that, the hall's own date.
  const date = settings?.business_date ?? at?.slice(0, 10);
  return (
    <header class="head">
      <Mark />
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
