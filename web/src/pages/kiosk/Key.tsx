import type { ComponentChildren } from "preact";
import { waits } from "./store";

interface Props {
  children: ComponentChildren;
  onPress: () => void;
  kind?: "main" | "plain" | "quiet";
  /** A second line, smaller. */
  note?: ComponentChildren;
  icon?: ComponentChildren;
  off?: boolean;
  pressed?: boolean | undefined;
  name: string;
}

/** A key to touch: 20 mm high at least, and dead while a press is under way. */
export function Key({ children, onPress, kind = "plain", note, icon, off = false, pressed, name }: Props) {
  return (
    <button
      type="button"
      class="touch"
      data-kind={kind}
      data-key={name}
      aria-pressed={pressed}
      disabled={off || waits.value}
      onClick={onPress}
    >
      {icon}
      <span class="key-words">
        <span class="key-name">{children}</span>
        {note && <span class="key-note">{note}</span>}
      </span>
    </button>
  );
}
