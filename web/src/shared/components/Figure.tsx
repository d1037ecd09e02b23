import type { ComponentChildren } from "preact";

interface Props {
  id: string;
  title: string;
  unit?: string | undefined;
  note?: string | undefined;
  children: ComponentChildren;
}

/** One figure of the hall: its name, the number large, its unit small. */
export function Figure({ id, title, unit, note, children }: Props) {
  return (
    <div class="figure" data-figure={id}>
      <h2>{title}</h2>
      <p class="figure-value">
        <strong>{children}</strong>
        {unit && <span>{unit}</span>}
        {note && <span class="figure-note">{note}</span>}
      </p>
    </div>
  );
}

/** Digits large, their units as small as the units beside other figures. */
export function Sized({ words }: { words: string }) {
  return words
    .split(/(\d+)/)
    .filter((part) => part !== "")
    .map((part) => (/^\d/.test(part) ? part : <small key={part}>{part}</small>));
}
