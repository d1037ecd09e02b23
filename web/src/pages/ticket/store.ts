/** The template as it is being edited, and what the server says it makes. */
import { signal } from "@preact/signals";
import { call } from "../../shared/api/call";
import type { Problem } from "../../shared/api/problem";
import type { TicketLine, TicketPreview, TicketTemplate } from "../../shared/generated/protocol";
import { start } from "../../shared/hall/store";
import { requireSession, withCookie } from "../../shared/session/session";

/** Writing rests so long before it is drawn. */
const REST_MS = 150;

/** Null until the server has said which template is in force. */
export const draft = signal<TicketTemplate | null>(null);
export const preview = signal<TicketPreview | null>(null);
export const problem = signal<Problem | null>(null);
/** The line that is looked at, from 0: it is marked on the papers. */
export const looked = signal<number | null>(null);

let turn = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

export async function openTicket(): Promise<void> {
  const session = await requireSession();
  start(withCookie(["calls"]));
  if (session?.role === "manager" || session?.role === "admin") await draw();
}

/** Takes up a change, and draws it when writing rests. */
export function change(template: TicketTemplate): void {
  draft.value = template;
  clearTimeout(waiting);
  waiting = setTimeout(() => void draw(), REST_MS);
}

export function changeLine(index: number, line: TicketLine): void {
  const template = draft.peek();
  if (template) change({ ...template, lines: lines(template).map((old, at) => (at === index ? line : old)) });
}

/** Moves a line up or down by one; at the edges nothing happens. */
export function moveLine(index: number, by: -1 | 1): void {
  const template = draft.peek();
  const moved = [...lines(template)];
  const [line] = moved.splice(index, 1);
  if (!template || !line || index + by < 0 || index + by > moved.length) return;
  moved.splice(index + by, 0, line);
  looked.value = index + by;
  change({ ...template, lines: moved });
}

export function removeLine(index: number): void {
  const template = draft.peek();
  if (template) change({ ...template, lines: lines(template).filter((_, at) => at !== index) });
}

export function addLine(line: TicketLine): void {
  const template = draft.peek();
  if (!template) return;
  looked.value = lines(template).length;
  change({ ...template, lines: [...lines(template), line] });
}

/** Throws the changes away. */
export function again(): void {
  clearTimeout(waiting);
  draft.value = null;
  void draw();
}

export function lines(template: TicketTemplate | null): TicketLine[] {
  return template?.lines ?? [];
}

async function draw(): Promise<void> {
  turn += 1;
  const mine = turn;
  const template = draft.peek();
  const body = template === null ? {} : { template };
  const answer = await call<TicketPreview>("POST", "/api/v1/ticket-preview", { body });
  // Somebody has written on meanwhile.
  if (mine !== turn) return;
  problem.value = answer.ok ? null : answer.problem;
  if (!answer.ok || answer.body === null) return;
  preview.value = answer.body;
  draft.value ??= answer.body.template;
}
