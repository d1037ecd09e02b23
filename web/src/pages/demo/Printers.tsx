import { say } from "../../shared/words/words";
import { Switch } from "./Switch";
import { onBridge, plugPrinter, turn } from "./store";
import type { Printer, Roll } from "./types";

const ROLLS: Roll[] = ["ok", "near-end", "out"];

export function Printers({ printers }: { printers: Printer[] }) {
  return (
    <section class="printers" aria-label={say("printers")}>
      {printers.map((printer) => (
        <PrinterPanel key={printer.name} printer={printer} />
      ))}
    </section>
  );
}

function PrinterPanel({ printer }: { printer: Printer }) {
  const { name, model, plugs, printed, hanging, faults } = printer;
  const set = (change: object) => void plugPrinter(printer, change);
  return (
    <section class="panel printer" data-printer={name}>
      <h2>
        {say("printer", { name })}
        <small>
          {model} · {say("printed", { count: printed })}
        </small>
      </h2>
      <div class="printer-plugs">
        <select
          class="input"
          aria-label={say("paper")}
          data-switch={`${name}-paper`}
          value={plugs.paper}
          onChange={(event) => set({ paper: event.currentTarget.value })}
        >
          {ROLLS.map((roll) => (
            <option key={roll} value={roll}>
              {say(`paper-${roll}`)}
            </option>
          ))}
        </select>
        <Switch
          id={`${name}-cover`}
          words={say("plug-cover")}
          on={!plugs.cover_open}
          onSwitch={(shut) => set({ cover_open: !shut })}
        />
        <Switch
          id={`${name}-power`}
          words={say("plug-power")}
          on={plugs.power}
          onSwitch={(power) => set({ power })}
        />
        <Switch
          id={`${name}-line`}
          words={say("plug-line")}
          on={plugs.line}
          onSwitch={(line) => set({ line })}
        />
        <Switch
          id={`${name}-cutter`}
          words={say("plug-cutter")}
          on={!plugs.cutter_jam}
          onSwitch={(free) => set({ cutter_jam: !free })}
        />
        <button
          type="button"
          class="button"
          data-switch={`${name}-out-after`}
          onClick={() => set({ out_after_lines: 4 })}
        >
          {say("out-in-mid-ticket")}
        </button>
      </div>
      {hanging && (
        <p class="printer-hanging">
          <img src={`${onBridge(hanging.png)}?t=${turn.value}`} alt={hanging.text} />
          {say("hanging")}
        </p>
      )}
      {faults.length > 0 && <p class="field-fault">{say("printer-faults", { count: faults.length })}</p>}
    </section>
  );
}
