/**
 * The words of a page in the language in force. One `.ftl` file a page, shared with the Rust programs, over the words of
 * the shared parts (`shared.ftl`), which every page has.
 */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import { computed, signal } from "@preact/signals";
import sharedEn from "../../../../locales/en/shared.ftl?raw";
import sharedZh from "../../../../locales/zh-CN/shared.ftl?raw";
import type { Text } from "../generated/protocol";

export type Language = "zh" | "en";
export type Arguments = Record<string, FluentVariable>;

const LOCALE: Record<Language, string> = { zh: "zh-CN", en: "en" };
const STORED = "paihao.language";
const SHARED: Record<Language, string> = { zh: sharedZh, en: sharedEn };

export const language = signal<Language>("zh");
export const locale = computed(() => LOCALE[language.value]);

const bundles = signal<Partial<Record<Language, FluentBundle>>>({});

/** The address wins, then what this browser chose before, then Chinese. */
export function chooseLanguage(search: string, stored: string | null): Language {
  const asked = new URLSearchParams(search).get("lang");
  for (const choice of [asked, stored]) {
    if (choice === "en" || choice === "zh") return choice;
  }
  return "zh";
}

export function loadWords(sources: Record<Language, string>): void {
  const made: Partial<Record<Language, FluentBundle>> = {};
  for (const [key, source] of Object.entries(sources) as [Language, string][]) {
    // Isolation marks are for mixed writing directions, which these pages do not have.
    const bundle = new FluentBundle(LOCALE[key], { useIsolating: false });
    const errors = [
      ...bundle.addResource(new FluentResource(SHARED[key])),
      ...bundle.addResource(new FluentResource(source), { allowOverrides: true }),
    ];
    if (errors.length > 0) throw new Error(`words for ${key}: ${errors.join("; ")}`);
    made[key] = bundle;
  }
  bundles.value = made;
  setLanguage(chooseLanguage(location.search, readStored()), false);
}

export function setLanguage(choice: Language, remember = true): void {
  language.value = choice;
  document.documentElement.lang = LOCALE[choice];
  if (!remember) return;
  try {
    localStorage.setItem(STORED, choice);
  } catch {
    // Storage may be forbidden on a locked-down screen; the choice then lasts as long as the page.
  }
  // Otherwise an address that names the other language would undo the choice on reload.
  const url = new URL(location.href);
  if (url.searchParams.has("lang")) {
    url.searchParams.set("lang", choice);
    history.replaceState(null, "", url);
  }
}

/** The message `key`, or the key itself when it is missing: visible, and never a blank. */
export function say(key: string, args?: Arguments): string {
  return sayIn(language.value, key, args);
}

/** The message in a language of one's own choice: a board shows both. */
export function sayIn(which: Language, key: string, args?: Arguments): string {
  const bundle = bundles.value[which];
  const message = bundle?.getMessage(key);
  return bundle && message?.value ? bundle.formatPattern(message.value, args) : key;
}

/** A name that the hall gave in both languages. */
export function pick(name: Text): string {
  return name[language.value];
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}
