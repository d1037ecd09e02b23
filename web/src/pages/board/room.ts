/** Which lines of visitors stand on a board. */
import type { BoardLine } from "../../shared/generated/protocol";

/** Lines beside a parking tile; without one there is room for all that come. */
export const BESIDE_PARKING = 8;

/** Those where most people wait, in the order in which they came: rows do not jump when one visitor comes. */
export function shownLines(lines: readonly BoardLine[], room: number): readonly BoardLine[] {
  if (lines.length <= room) return lines;
  // Where nobody waits, a line that can be joined says more than one without a window.
  const worth = ({ waiting, open }: BoardLine) => waiting * 2 + Number(open);
  const kept = new Set([...lines].sort((a, b) => worth(b) - worth(a)).slice(0, room));
  return lines.filter((line) => kept.has(line));
}
