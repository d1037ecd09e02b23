/** Who is signed in at this browser. The cookie is the server's alone: no script reads it. */
import { signal } from "@preact/signals";
import { type Answer, call, onSignedOut } from "../api/call";
import type { Role, Session, Topic } from "../generated/protocol";
import { HALL_PACE } from "../socket/link";
import type { Way } from "../socket/session";
import { signInPath } from "./paths";

const PATH = "/api/v1/session";

export const session = signal<Session | null>(null);

/** Leaves for the sign-in page and comes back here afterwards. */
export function leaveForSignIn(): void {
  location.replace(signInPath(location.pathname + location.search));
}

/** Who is signed in; nobody: leaves for the sign-in page. Null when there is no telling yet. */
export async function requireSession(): Promise<Session | null> {
  onSignedOut(leaveForSignIn);
  const answer = await call<Session>("GET", PATH);
  if (answer.ok) session.value = answer.body;
  return answer.ok ? answer.body : null;
}

export async function currentSession(): Promise<Answer<Session>> {
  return call<Session>("GET", PATH, { open: true });
}

/** Signs in; `fresh` is the new password where the old one has to be changed. */
export async function signIn(
  name: string,
  password: string,
  fresh: string | null = null,
): Promise<Answer<Session>> {
  const body = { name, password, ...(fresh !== null && { new_password: fresh }) };
  const answer = await call<Session>("POST", PATH, { body, open: true, timeoutMs: 10_000 });
  if (answer.ok) session.value = answer.body;
  return answer;
}

/** Ends the session, which also gives up the seat. */
export async function signOut(): Promise<void> {
  await call("DELETE", PATH, { open: true });
  session.value = null;
  location.assign("/signin");
}

/** Where somebody of this role begins. */
export function homeOf({ role, window, seat }: Session): string {
  const places: Partial<Record<Role, string>> = {
    guide: "/reception",
    manager: "/manage",
    admin: "/manage",
    gate: "/parking",
  };
  if (role === "clerk") {
    const at = seat?.window ?? window;
    return at === null || at === undefined ? "/signin" : `/desk/${at}`;
  }
  return places[role] ?? "/hall";
}

/**
 * The live stream for somebody who is signed in. Each try asks first who we are: a socket does not say why it was refused,
 * and a session that has ended leads to the sign-in page.
 */
export function withCookie(topics: Topic[]): Way {
  return {
    pace: HALL_PACE,
    admit: async (timeoutMs) => {
      const answer = await call<Session>("GET", PATH, { timeoutMs });
      if (!answer.ok) throw new Error(`not let in: ${answer.problem.name}`);
      session.value = answer.body;
      return {};
    },
    subscribe: (after) => ({ subscribe: topics, after }),
  };
}
