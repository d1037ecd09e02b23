/** A document number with all but its last four signs hidden. */
export function masked(document: string): string {
  const shown = document.slice(-4);
  return `${"•".repeat(Math.max(0, document.length - shown.length))}${shown}`;
}
