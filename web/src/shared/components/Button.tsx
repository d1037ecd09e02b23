import type { ComponentChildren } from "preact";
import { say } from "../words/words";

interface Props {
  children: ComponentChildren;
  onClick: () => void;
  /** The key that does the same, as it stands on the keyboard. */
  keyName?: string | undefined;
  /** Why it cannot be pressed now; it stays in the order of focus, so that everybody can read why. */
  why?: string | null | undefined;
  kind?: "main" | "plain" | "quiet" | "danger" | undefined;
  id?: string | undefined;
  type?: "button" | "submit";
  /** A second line, smaller. */
  note?: ComponentChildren;
  /** Has the focus when the dialog it stands in opens. */
  first?: boolean;
}

/** The one button of the pages. A press of the mouse does not take the focus away from the keys. */
export function Button({
  children,
  onClick,
  keyName,
  why,
  kind = "plain",
  id,
  type = "button",
  note,
  first,
}: Props) {
  const off = why !== null && why !== undefined;
  return (
    <button
      type={type}
      class="button"
      data-kind={kind}
      data-action={id}
      aria-disabled={off}
      title={why ?? undefined}
      data-first={first || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        if (!off) onClick();
      }}
    >
      <span class="button-words">{children}</span>
      {keyName && <KeyHint name={keyName} />}
      {note && <span class="button-note">{note}</span>}
      {off && <span class="unseen">{why}</span>}
    </button>
  );
}

/** A key as it is drawn beside what it does. */
export function KeyHint({ name }: { name: string }) {
  return (
    <kbd class="key">
      <span class="unseen">{say("key-hint", { key: name })}</span>
      <span aria-hidden="true">{name}</span>
    </kbd>
  );
}
