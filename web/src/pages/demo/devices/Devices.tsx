import { Papers } from "../Papers";
import type { Bridge } from "../types";
import { GatePanel } from "./Gates";
import { LampPanel } from "./Lamps";
import { LanePanel } from "./Lanes";
import { PadsPanel } from "./Pads";
import { PrinterPanel } from "./Printers";
import { Readers } from "./Readers";
import { ScannerPanel } from "./Scanners";
import { SignPanel } from "./Signs";
import { SpeakerPanel } from "./Speakers";

/** Every device. What is pressed, what shows it and what says it stand side by side: a call is seen without scrolling. */
export function Devices({ bridge }: { bridge: Bridge }) {
  return (
    <>
      <div class="demo-column">
        <Readers readers={bridge.readers} />
        {bridge.lanes.map((lane) => (
          <LanePanel key={lane.name} lane={lane} />
        ))}
        {bridge.gates.map((gate) => (
          <GatePanel key={gate.name} gate={gate} />
        ))}
      </div>
      <div class="demo-column">
        {bridge.pads.map((line) => (
          <PadsPanel key={line.name} line={line} />
        ))}
        {bridge.printers.map((printer) => (
          <PrinterPanel key={printer.name} printer={printer} />
        ))}
        {bridge.scanners.map((scanner) => (
          <ScannerPanel key={scanner.name} scanner={scanner} />
        ))}
      </div>
      <div class="demo-column">
        {bridge.signs.map((sign) => (
          <SignPanel key={sign.name} sign={sign} />
        ))}
        <div class="demo-pair">
          {bridge.lamps.map((lamp) => (
            <LampPanel key={lamp.name} lamp={lamp} />
          ))}
        </div>
        {bridge.speakers.map((speaker) => (
          <SpeakerPanel key={speaker.name} speaker={speaker} />
        ))}
        <Papers />
      </div>
    </>
  );
}
