/** One visit, followed live. The token stays in the address of this page: it is sent to this server alone, and stored nowhere. */
import { signal } from "@preact/signals";
import { call } from "../../shared/api/call";
import { type Problem, problemWords } from "../../shared/api/problem";
import { notify } from "../../shared/components/Notice";
import type { Visit } from "../../shared/generated/protocol";
import { pathAfter } from "../../shared/page";
import { type Link, PHONE_PACE, START } from "../../shared/socket/link";
import { openSession } from "../../shared/socket/session";

const token = pathAfter("/t/");
const PATH = `/api/v1/visits/${encodeURIComponent(token)}`;

export const visit = signal<Visit | null>(null);
/** The link leads nowhere: of another day, or mistyped. */
export const unknown = signal(false);
export const link = signal<Link>(START);
export const ageSeconds = signal<number | null>(null);
/** The hall's time in ms, going on between two messages. */
export const nowMs = signal(0);
export const leaving = signal(false);

export async function follow(): Promise<void> {
  const first = await call<Visit>("GET", PATH, { open: true });
  if (first.ok && first.body) visit.value = first.body;
  if (!first.ok && isGone(first.problem)) {
    unknown.value = true;
    return;
  }
  const session = openSession(
    {
      pace: PHONE_PACE,
      // A socket does not say why it was refused: after a loss the page asks whether the visit still is one.
      admit: async (timeoutMs) => {
        const answer = await call<Visit>("GET", PATH, { open: true, timeoutMs });
        if (answer.ok && answer.body) visit.value = answer.body;
        else if (!answer.ok && isGone(answer.problem)) {
          unknown.value = true;
          session.stop();
        }
        if (!answer.ok) throw new Error(answer.problem.name);
        return {};
      },
      subscribe: () => ({ subscribe: ["visit"], token }),
    },
    {
      onLink(next, atMs) {
        link.value = next;
        ageSeconds.value = next.heardMs === null ? null : Math.floor((atMs - next.heardMs) / 1000);
        if (next.hallTime !== null && next.heardMs !== null && next.phase === "live")
          nowMs.value = Date.parse(next.hallTime) + (atMs - next.heardMs);
      },
      onMessage(message) {
        if (message.type === "visit.changed") visit.value = message.data;
      },
    },
  );
}

/** Gives the place in the queue up. */
export async function leave(): Promise<void> {
  leaving.value = true;
  const answer = await call<unknown>("POST", `${PATH}/leave`, { open: true });
  leaving.value = false;
  if (!answer.ok) notify(problemWords(answer.problem), "bad");
  else if (visit.value) visit.value = { ...visit.value, state: "left", eta: null, ahead: 0 };
}

function isGone(problem: Problem): boolean {
  return problem.status === 404 || problem.status === 410 || problem.status === 400;
}
