import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../words/words";

interface Props {
  title: string;
  children: ComponentChildren;
  /** Escape, the cross, or a press beside it. Absent: it cannot be left that way. */
  onClose?: (() => void) | undefined;
  wide?: boolean;
  id?: string | undefined;
}

/**
 * A dialog over the page. The browser's own modal dialog keeps the focus inside, makes the rest inert and gives the focus
 * back; what is marked `autofocus` gets it first.
 */
export function Dialog({ title, children, onClose, wide = false, id }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    dialog.showModal?.();
    // `autofocus` is looked for by the browser only in what stands there when it opens.
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => dialog.close?.();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a press beside the dialog does
    <dialog
      ref={box}
      class="dialog"
      data-wide={wide}
      data-dialog={id}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose?.();
      }}
    >
      <div class="dialog-inner">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          {onClose && (
            <button type="button" class="dialog-close" aria-label={say("close-dialog")} onClick={onClose}>
              <svg viewBox="0 0 20 20" aria-hidden="true">
                <path d="M4 4l12 12M16 4 4 16" />
              </svg>
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
