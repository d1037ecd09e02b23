import { Button } from "../../shared/components/Button";
import { notify } from "../../shared/components/Notice";
import type { PaperNote, TicketPaper, TicketRefusal } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";
import { Slip } from "./Slip";
import { draft, lines, looked, preview } from "./store";

/** The tickets as they are printed, with what gives way, and the section of the hall file. */
export function Papers() {
  const made = preview.value;
  if (!made) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="template-papers" id="papers" tabIndex={0} aria-label={say("template-preview")}>
      {made.refused && <Refused refusal={made.refused} />}
      <div class="slips">
        {made.papers.map((paper) => (
          <Paper key={paper.columns} paper={paper} />
        ))}
      </div>
      <section class="template-file" aria-labelledby="file">
        <h2 id="file">{say("template-file")}</h2>
        <p>{say("template-not-in-force")}</p>
        <pre>{say("template-commands")}</pre>
        <Button
          id="copy"
          kind="main"
          why={made.refused ? say("template-refused") : null}
          onClick={() => void copy(made.toml)}
        >
          {say("template-copy")}
        </Button>
        <details>
          <summary>{say("template-show")}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
          <pre class="template-toml" tabIndex={0}>
            {made.toml}
          </pre>
        </details>
      </section>
    </section>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify(say("template-copied"), "good");
  } catch {
    notify(say("template-not-copied"), "bad");
  }
}

function Refused({ refusal }: { refusal: TicketRefusal }) {
  const where = refusal.line === null ? null : name(refusal.line);
  return (
    <p class="template-refusal" role="alert" data-reason={refusal.reason}>
      <strong>{say("template-refused")}</strong> {where} {say(`refusal-${refusal.reason}`)}
    </p>
  );
}

function Paper({ paper }: { paper: TicketPaper }) {
  const mm = paper.columns > 32 ? 80 : 58;
  const title = say("template-paper", { mm, columns: paper.columns });
  return (
    <figure class="slip-figure" data-columns={paper.columns}>
      <figcaption>{title}</figcaption>
      {paper.notes.length === 0 ? (
        <p class="slip-well">{say("template-all-fits")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <ul class="slip-notes" tabIndex={0} aria-label={say("template-notes")}>
          {paper.notes.map((note) => (
            <li key={`${note.line} ${note.kind} ${note.at}`} data-kind={note.kind} data-line={note.line}>
              <strong>{name(note.line)}</strong> {words(note)}
            </li>
          ))}
        </ul>
      )}
      <Slip paper={paper} label={title} looked={looked.value} />
    </figure>
  );
}

/** `5 Service`. */
function name(line: number): string {
  const part = lines(draft.value)[line]?.part;
  return part ? `${line + 1} ${say(`part-${part}`)}` : String(line + 1);
}

function words({ kind, at, rows }: PaperNote): string {
  return say(`note-${kind}`, { at, rows });
}
