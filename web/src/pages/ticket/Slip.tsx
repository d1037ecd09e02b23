import { QrCode } from "../../shared/components/QrCode";
import type { PaperRow, TicketPaper } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";

/** A plain Latin letter on paper is 12 dots wide and 24 high; a Chinese one is 24 wide. */
const CELL_DOTS = 12;
/** A code is about 27 mm wide: 216 dots. */
const CODE_CELLS = 18;
/** What is drawn for a column, in pixels. */
const CELL_PX = { wide: 6, narrow: 7 };

interface Props {
  paper: TicketPaper;
  label: string;
  /** The line of the template that is marked. */
  looked: number | null;
}

/** A ticket, cell by cell, as the printer sets it. */
export function Slip({ paper, label, looked }: Props) {
  const cell = paper.columns > 32 ? CELL_PX.wide : CELL_PX.narrow;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a paper is no group of fields
    <div class="slip" role="group" aria-label={label} style={{ width: `${paper.columns * cell}px` }}>
      {paper.rows.map((row, index) => (
        <Row key={index} row={row} cell={cell} looked={row.line === looked} />
      ))}
    </div>
  );
}

function Row({ row: { line, row }, cell, looked }: { row: PaperRow; cell: number; looked: boolean }) {
  const marks = { "data-line": line, "data-looked": looked };
  if (row.type === "rule")
    return <div class="slip-rule" {...marks} style={{ height: `${pitch(1) * cell}px` }} />;
  if (row.type === "feed")
    return <div class="slip-feed" {...marks} style={{ height: `${row.lines * pitch(1) * cell}px` }} />;
  if (row.type === "qr")
    return (
      <div class="slip-qr" {...marks}>
        <div style={{ width: `${CODE_CELLS * cell}px` }}>
          <QrCode text={row.data} label={say("template-code")} />
        </div>
      </div>
    );
  const height = `${pitch(row.size) * cell}px`;
  const style = { height, lineHeight: height, fontSize: `${2 * row.size * cell}px` };
  return (
    <p
      class="slip-text"
      {...marks}
      data-size={row.size}
      data-align={row.align}
      data-bold={row.bold}
      style={style}
    >
      <span class="unseen">{row.text}</span>
      <span aria-hidden="true">
        {[...row.text].map((letter, index) => (
          <span class="slip-cell" key={index} style={{ width: `${cells(letter) * row.size * cell}px` }}>
            {letter}
          </span>
        ))}
      </span>
    </p>
  );
}

/** Cells from a row to the next: its letters and a quarter of a plain row. */
function pitch(size: number): number {
  return (size * 26 + 6) / CELL_DOTS;
}

function cells(letter: string): number {
  return letter.charCodeAt(0) < 128 ? 1 : 2;
}
