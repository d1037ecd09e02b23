import { useId } from "preact/hooks";
import { say } from "../../shared/words/words";
import { printers } from "./store";

interface Props {
  value: string;
  onChange: (printer: string) => void;
  /** Whether a ticket without paper is possible: its QR code is on the card. */
  none?: boolean;
}

export function PrinterChoice({ value, onChange, none = true }: Props) {
  const id = useId();
  return (
    <div class="field printer-choice">
      <label for={id}>{say("printer")}</label>
      <select id={id} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {printers.value.map((name) => (
          <option key={name} value={name}>
            {say("printer-name", { name })}
          </option>
        ))}
        {none && <option value="">{say("printer-none")}</option>}
      </select>
    </div>
  );
}
