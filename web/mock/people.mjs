// Who is signed in at the pretend hall, and who sits where. Passwords are known to everybody.
import { randomUUID } from "node:crypto";

export const USERS = [
  { name: "clerk", role: "clerk", password: "paihao", goes_to: "/desk/12" },
  { name: "clerk2", role: "clerk", password: "paihao", goes_to: "/desk/12" },
  { name: "guide", role: "guide", password: "paihao", goes_to: "/reception" },
  { name: "gate", role: "gate", password: "paihao", goes_to: "/parking" },
  { name: "manager", role: "manager", password: "paihao", goes_to: "/manage" },
];
const TRIES = 5;
const LATER_S = 20;

export function people(hall, broadcast) {
  const sessions = new Map();
  const seats = new Map();
  const failed = new Map();

  const of = (request) =>
    sessions.get(/(?:^|;\s*)paihao-mock=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "");
  const view = (session) => ({
    ...{ name: session.name, role: session.role, window: null },
    seat: [...seats.values()].find((seat) => seat.session === session.id) ?? null,
    ...{ expires_at: "2026-11-23T18:00:00+08:00", idle_s: 1800 },
  });
  const told = (window, seat) => broadcast({ type: "seat.changed", at: hall.at(), window, seat });

  function signIn({ name, password }) {
    const tries = failed.get(name) ?? { count: 0, until: 0 };
    if (Date.now() < tries.until) {
      const left = Math.ceil((tries.until - Date.now()) / 1000);
      return { status: 429, name: "too-many", headers: { "retry-after": String(left) } };
    }
    const user = USERS.find((other) => other.name === name && other.password === password);
    if (!user) {
      const count = tries.count + 1;
      failed.set(name, { count, until: count >= TRIES ? Date.now() + LATER_S * 1000 : 0 });
      return { status: 401, name: "unauthenticated" };
    }
    failed.delete(name);
    const session = { id: randomUUID(), name: user.name, role: user.role };
    sessions.set(session.id, session);
    return { session, cookie: `paihao-mock=${session.id}; Path=/; HttpOnly; SameSite=Strict` };
  }

  function sit(session, window, over) {
    const there = seats.get(window);
    if (there && there.session !== session.id && !over) return { taken: there };
    if (there?.session === session.id) return { seat: there };
    const seat = { window, seat: randomUUID(), name: session.name, since: hall.at(), session: session.id };
    seats.set(window, seat);
    hall.held.add(window);
    told(window, seat);
    return { seat };
  }

  function rise(session, window) {
    if (seats.get(window)?.session !== session.id) return;
    seats.delete(window);
    told(window, null);
  }

  return {
    of,
    view,
    signIn,
    sit,
    rise,
    sits: (session, window) => session.role === "manager" || seats.get(window)?.session === session.id,
    signOut(session) {
      for (const window of [...seats.keys()]) rise(session, window);
      sessions.delete(session.id);
    },
  };
}
