import type { Ref } from "preact";
import { say } from "../../shared/words/words";

interface Props {
  id: string;
  label: string;
  input: Ref<HTMLInputElement>;
  onEnter?: () => void;
}

/**
 * The number of a document: hidden like a password, kept by nobody, not even by the page, which reads it once when it is
 * sent and empties the field.
 */
export function DocumentField({ id, label, input }: Props) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        class="input"
        type="password"
        // A browser offers to keep what it takes for a password, unless it is a code for one time.
        autocomplete="one-time-code"
        spellcheck={false}
        maxLength={30}
        placeholder={say("document-hint")}
      />
    </div>
  );
}
