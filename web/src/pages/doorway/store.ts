/** What can be reached from here: in a demo everything with its passwords, otherwise the public pages and the sign-in. */
import { signal } from "@preact/signals";
import { call } from "../../shared/api/call";
import type { HallView, Role } from "../../shared/generated/protocol";
import { openSession } from "../../shared/socket/session";

export interface DemoUser {
  name: string;
  role: Role;
  password: string;
  goes_to: string;
}

export interface Doorway {
  users: DemoUser[];
  /** Pages beside those that every hall has. */
  pages: { path: string; name?: string }[];
  /** Address of the page of the last ticket, where one was issued. */
  phone?: string | null;
}

/** Null while it is not known, false where this is no demo. */
export const demo = signal<Doorway | false | null>(null);
export const hall = signal<HallView | null>(null);
/** The hall has car parks. */
export const parks = signal(false);

const AGAIN_MS = 5000;

export async function lookAround(): Promise<void> {
  // The name and the zones of the hall are what every board may read.
  openSession(["calls", "parking"], {
    onLink() {},
    onMessage(message) {
      if (message.type !== "snapshot") return;
      hall.value = message.data.hall;
      parks.value = message.data.lots.length > 0;
    },
  });
  await askDemo();
  if (demo.value) setInterval(() => void askDemo(), AGAIN_MS);
}

async function askDemo(): Promise<void> {
  const answer = await call<Doorway>("GET", "/demo/doorway.json", { open: true });
  if (answer.ok && Array.isArray(answer.body?.users)) demo.value = answer.body;
  else demo.value ||= false;
}
