/**
 * Speaks announcements one after another, never two at once. Which and in what order is decided elsewhere; here it is only
 * seen to that each ends: spoken, blocked by the browser, or out of time.
 */
import type { Announcement } from "../../shared/generated/protocol";

/** A clip by its name, or a silence in milliseconds. */
export type Part = string | number;

/** Whatever makes the sound. */
export interface Speaker {
  /** Whether the browser lets the page speak. */
  allowed(): Promise<boolean>;
  /** Plays the parts in order; `ended` once. Answers with how to stop it. */
  play(parts: Part[], ended: () => void): () => void;
}

export interface Timers {
  after(ms: number, run: () => void): () => void;
}

export interface Heard {
  /** It is over, spoken or not. */
  done(announcement: Announcement): void;
  /** It is being spoken now. */
  speaking(announcement: Announcement): void;
  blocked(blocked: boolean): void;
}

/** The chime, then each sentence after a pause. */
export function parts(announcement: Announcement): Part[] {
  return [
    announcement.chime,
    ...announcement.sayings.flatMap((saying) => [announcement.pause_ms, ...saying.clips]),
  ];
}

/** More than this does not wait: the next ones come when these are reported. */
const MOST_WAITING = 3;

export function createPlayer(speaker: Speaker, timers: Timers, heard: Heard) {
  const waiting: Announcement[] = [];
  let current: Announcement | null = null;

  const next = async () => {
    if (current) return;
    const announcement = waiting.shift();
    if (!announcement) return;
    current = announcement;
    let stop = () => {};
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      forget();
      stop();
      current = null;
      heard.done(announcement);
      void next();
    };
    // A sound card that never says that it has finished holds up nobody.
    const forget = timers.after(announcement.limit_ms, end);
    const allowed = await speaker.allowed().catch(() => false);
    heard.blocked(!allowed);
    if (over) return;
    if (!allowed) return end();
    heard.speaking(announcement);
    stop = speaker.play(parts(announcement), end);
  };

  return {
    play(announcement: Announcement) {
      if (waiting.length === MOST_WAITING) {
        const late = waiting.shift();
        if (late) heard.done(late);
      }
      waiting.push(announcement);
      void next();
    },
  };
}
