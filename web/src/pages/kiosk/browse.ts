/** Looking for a service: what stands on which page. Pure functions of the hall and of what was pressed. */
import type { KioskHall, KioskService } from "../../shared/generated/protocol";
import { initials } from "../../shared/words/pinyin";

export type Tab = "often" | "departments" | "search";

export interface Browse {
  tab: Tab;
  /** Code of the department whose services are shown. */
  department: string | null;
  page: number;
  /** What was typed: each key stands for one letter, or for some in large letters. */
  typed: readonly string[];
}

export const NOTHING_CHOSEN: Browse = { tab: "often", department: null, page: 0, typed: [] };

/** Services that are asked for most, on two pages at most: whoever wants another one looks for it. */
const OFTEN_PAGES = 2;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const GROUPS = ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"];

/** How the screen stands, as far as it decides how much fits on it. */
export interface Room {
  large: boolean;
  low: boolean;
  /** Wider than high: such screens are small ones. */
  wide: boolean;
}

/** Where one looks. A small screen has no room for large letters to type with. */
export function tabs({ large, wide }: Room): readonly Tab[] {
  return large && wide ? ["often", "departments"] : ["often", "departments", "search"];
}

/** The keys to type with. Large ones, and those of small screens, are few and stand for several letters each. */
export function letterKeys({ large, wide }: Room): readonly string[] {
  return large || wide ? GROUPS : [...LETTERS];
}

/** How many choices are offered at once: six, four in large letters, fewer beside the letters or on a small screen. */
export function choicesPerPage({ large, low, wide }: Room, tab: Tab): number {
  const typing = tab === "search";
  if (wide) return large || typing ? 3 : 6;
  if (large) return typing ? 2 : 4;
  return typing && low ? 2 : 6;
}

export interface PageOf<T> {
  items: readonly T[];
  /** From 0. */
  page: number;
  pages: number;
}

export function pageOf<T>(all: readonly T[], page: number, size: number): PageOf<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const at = Math.min(Math.max(0, page), pages - 1);
  return { items: all.slice(at * size, (at + 1) * size), page: at, pages };
}

/** What is asked for most today comes first; before anything was asked for, the order of the hall. */
export function often(hall: KioskHall, size: number): KioskService[] {
  return [...hall.services].sort((a, b) => b.issued - a.issued).slice(0, size * OFTEN_PAGES);
}

/** Departments that have services, in the order of the hall. */
export function departments(
  hall: KioskHall,
): { code: string; count: number; name: { zh: string; en: string } }[] {
  const counts = new Map<string, number>();
  for (const { department } of hall.services) {
    if (department !== null) counts.set(department, (counts.get(department) ?? 0) + 1);
  }
  return hall.departments
    .filter(({ code }) => counts.has(code))
    .map(({ code, name }) => ({ code, name, count: counts.get(code) ?? 0 }));
}

export function ofDepartment(hall: KioskHall, code: string): KioskService[] {
  return hall.services.filter(({ department }) => department === code);
}

/** The services in whose name the typed letters begin successive characters (Chinese) or words (English). */
export function search(hall: KioskHall, typed: readonly string[], language: "zh" | "en"): KioskService[] {
  if (typed.length === 0) return [];
  const keys = typed.map((key) => key.toLowerCase());
  const found = hall.services
    .map((service) => ({ service, at: place(beginnings(service, language), keys) }))
    .filter(({ at }) => at >= 0);
  // Whoever types from the beginning finds it first.
  return found.sort((a, b) => a.at - b.at).map(({ service }) => service);
}

function beginnings(service: KioskService, language: "zh" | "en"): string {
  if (language === "zh") return initials(service.name.zh);
  const words = service.name.en.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => word.charAt(0)).join("");
}

function place(letters: string, keys: readonly string[]): number {
  for (let at = 0; at + keys.length <= letters.length; at += 1) {
    if (keys.every((key, offset) => key.includes(letters.charAt(at + offset)))) return at;
  }
  return -1;
}
