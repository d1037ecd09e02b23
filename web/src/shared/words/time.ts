/** Times in the words of the language in force. */
import { locale, say } from "./words";

export function longDate(date: string): string {
  const form = new Intl.DateTimeFormat(locale.value, {
    dateStyle: "full",
    timeZone: "UTC",
  });
  return form.format(new Date(`${date}T00:00:00Z`));
}

/** A wait in words, rounded down to minutes: nobody counts seconds in a queue. */
export function waitWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return say("under-a-minute");
  if (minutes < 60) return say("minutes", { minutes });
  return say("hours-minutes", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
