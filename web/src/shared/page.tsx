/** What every page begins with: its words, the shared looks, and its root. */
import { type ComponentChild, render } from "preact";
import "./tokens/tokens.css";
import "./tokens/base.css";
import { type Language, loadWords } from "./words/words";

export function openPage(page: ComponentChild, words: Record<Language, string>): void {
  loadWords(words);
  const root = document.getElementById("page");
  if (root) render(page, root);
}

/** The part of the page's address after `before`: `/desk/12` → `12`. Empty when there is none. */
export function pathAfter(before: string): string {
  const { pathname } = location;
  return pathname.startsWith(before)
    ? decodeURIComponent(pathname.slice(before.length).split("/")[0] ?? "")
    : "";
}
