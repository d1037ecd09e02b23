import { useEffect, useRef } from "preact/hooks";
import { say } from "../../shared/words/words";
import { Key } from "./Key";
import { change, press } from "./store";

/** Are you still there? A modal dialog: what lies under it cannot be pressed. */
export function IdleDialog({ seconds }: { seconds: number }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!box.current?.open) box.current?.showModal();
    // Whoever presses without looking goes on.
    box.current?.querySelector<HTMLElement>('[data-key="idle-stay"]')?.focus();
  }, []);
  return (
    <dialog
      ref={box}
      class="idle"
      aria-labelledby="idle-title"
      onCancel={(event) => {
        event.preventDefault();
        change({ key: "stay" });
      }}
    >
      <p class="idle-seconds" aria-hidden="true">
        {seconds}
      </p>
      <h2 id="idle-title">{say("idle-title")}</h2>
      <p>{say("idle-detail", { seconds })}</p>
      <div class="number-keys">
        <Key name="idle-end" onPress={() => press({ key: "finish" })}>
          {say("idle-end")}
        </Key>
        <Key name="idle-stay" kind="main" onPress={() => change({ key: "stay" })}>
          {say("idle-stay")}
        </Key>
      </div>
    </dialog>
  );
}
