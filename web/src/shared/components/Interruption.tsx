import { hourMinute } from "../clock";
import type { Link } from "../socket/link";
import { say } from "../words/words";

/** The banner of a page whose data is not of the present. The region stays, so that readers announce it. */
export function Interruption({ link }: { link: Link }) {
  return (
    <div role="status" class="interruption-region">
      {message(link)}
    </div>
  );
}

function message(link: Link) {
  if (link.phase === "live") return null;
  // The first second of a page that is still opening is no interruption.
  if (link.hallTime === null && link.attempt === 0) return null;
  const since = link.hallTime;
  return (
    <p class="interruption">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M10 2 19 18H1z" />
        <path class="interruption-mark" d="M10 8v5M10 15v.6" />
      </svg>
      <strong>{since ? say("lost-since", { time: hourMinute(since) }) : say("never-connected")}</strong>
      <span>{say(since ? "lost-detail" : "never-connected-detail")}</span>
    </p>
  );
}
