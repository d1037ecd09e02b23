import { say } from "../../../shared/words/words";
import { onBridge, plug, turn } from "../store";
import type { Printer } from "../types";
import { DevicePanel } from "./DevicePanel";

/** Lines of a ticket after which the roll ends: in its middle. */
const IN_MID_TICKET = 4;

export function PrinterPanel({ printer }: { printer: Printer }) {
  const { name, printed, hanging, faults } = printer;
  return (
    <DevicePanel
      family="printer"
      device={printer}
      note={say("printed", { count: printed })}
      deeds={
        <button
          type="button"
          class="button"
          data-switch={`printer ${name} out-after`}
          onClick={() => void plug("printer", printer, { out_after_lines: IN_MID_TICKET })}
        >
          {say("out-in-mid-ticket")}
        </button>
      }
    >
      {hanging && (
        <p class="printer-hanging">
          <img src={`${onBridge(hanging.png)}?t=${turn.value}`} alt={hanging.text} />
          {say("hanging")}
        </p>
      )}
      {faults.length > 0 && <p class="field-fault">{say("printer-faults", { count: faults.length })}</p>}
    </DevicePanel>
  );
}
