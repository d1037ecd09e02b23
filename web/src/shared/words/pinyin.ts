/**
 * Finds names by their words or by the first letters of their pinyin: `gszc` finds 公司注册. The letters come from the
 * browser's own Chinese collation, which sorts characters by their sound.
 */

/** The first character of each letter in that order. I, U and V begin no syllable. */
const FIRSTS = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
const LETTERS = "abcdefghjklmnopqrstwxyz";
const order = new Intl.Collator("zh-CN-u-co-pinyin");
const known = new Map<string, string>();

/** The letters a name begins its syllables with; letters and digits stand for themselves, other signs for nothing. */
export function initials(name: string): string {
  return [...name.toLowerCase()].map(initial).join("");
}

function initial(character: string): string {
  if (/[a-z0-9]/.test(character)) return character;
  if (!/\p{Script=Han}/u.test(character)) return "";
  let letter = known.get(character);
  if (letter === undefined) {
    let at = 0;
    while (at + 1 < FIRSTS.length && order.compare(character, FIRSTS[at + 1] ?? "") >= 0) at += 1;
    letter = LETTERS[at] ?? "";
    known.set(character, letter);
  }
  return letter;
}

/** Whether `wanted` is in one of the names as it is written, or in the pinyin letters of one. */
export function finds(wanted: string, names: readonly string[]): boolean {
  const text = wanted.trim().toLowerCase();
  if (text === "") return true;
  const letters = /^[a-z0-9]+$/.test(text);
  return names.some(
    (name) => name.toLowerCase().includes(text) || (letters && initials(name).includes(text)),
  );
}
