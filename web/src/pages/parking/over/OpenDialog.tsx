import { Button } from "../../../shared/components/Button";
import { Dialog } from "../../../shared/components/Dialog";
import { notify } from "../../../shared/components/Notice";
import type { LotOperation } from "../../../shared/generated/protocol";
import { pick, say } from "../../../shared/words/words";
import { type Over, over, setOpen, whyNot } from "../store";
import { laneName, whatName } from "../words";

const close = () => {
  over.value = null;
};

/** Asks before something is closed or opened, and says what that means for the signs. */
export function OpenDialog({
  operation,
  shown,
}: {
  operation: LotOperation;
  shown: Extract<Over, { part: unknown }>;
}) {
  const { part, open } = shown;
  const { lot } = operation;
  const kind = "lane" in part ? "lane" : "level" in part ? "level" : "lot";
  const name =
    "lane" in part
      ? laneName(part.lane, operation)
      : "level" in part
        ? whatName(part, operation)
        : pick(lot.title);
  const act = open ? "open" : "close";
  const confirm = async () => {
    if (await setOpen(lot.uid, part, open)) {
      close();
      notify(say(`did-${act}`, { name }), "good");
    }
  };
  return (
    <Dialog title={say(open ? "open-title" : "close-title", { name })} onClose={close} id={`${act}-${kind}`}>
      <p>{open ? say(`open-means-${kind}`) : say(`close-means-${kind}`)}</p>
      <div class="dialog-actions">
        <Button id="cancel" first onClick={close}>
          {say("cancel")}
        </Button>
        <Button
          kind={open ? "main" : "danger"}
          id="confirm"
          why={whyNot.value}
          onClick={() => void confirm()}
        >
          {say(open ? "open-short" : "close-short")}
        </Button>
      </div>
    </Dialog>
  );
}
