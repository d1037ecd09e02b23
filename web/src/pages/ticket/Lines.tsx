import { useState } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import type { Align, TicketLine, TicketPart, TicketTemplate } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";
import { TwoTexts } from "./General";
import { addLine, again, changeLine, lines, looked, moveLine, removeLine } from "./store";

/** Every part, in the order in which a ticket has them. */
const PARTS: readonly TicketPart[] = [
  "header",
  "reprint",
  "your-number",
  "number",
  "service",
  "class",
  "place",
  "ahead",
  "wait",
  "qr",
  "notice",
  "missed-rule",
  "time",
  "valid-today",
  "text",
  "rule",
  "feed",
];
const UNSTYLED: readonly TicketPart[] = ["reprint", "qr", "rule", "feed"];
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];
const SIDES: readonly Align[] = ["left", "center", "right"];

/** The parts from top to bottom. */
export function Lines({ template }: { template: TicketTemplate }) {
  const [next, setNext] = useState<TicketPart>("text");
  return (
    <section class="template-lines" aria-labelledby="lines">
      <h2 id="lines">{say("template-lines")}</h2>
      <ol>
        {lines(template).map((line, index) => (
          <Line key={index} line={line} index={index} />
        ))}
      </ol>
      <div class="template-add">
        <label>
          {say("template-add-part")}
          <select
            class="input"
            data-choice="part"
            value={next}
            onChange={(event) => setNext(event.currentTarget.value as TicketPart)}
          >
            {PARTS.map((part) => (
              <option key={part} value={part}>
                {say(`part-${part}`)}
              </option>
            ))}
          </select>
        </label>
        <Button id="add" onClick={() => addLine(fresh(next))}>
          {say("template-add")}
        </Button>
        <Button id="again" kind="quiet" onClick={again}>
          {say("template-again")}
        </Button>
      </div>
    </section>
  );
}

function fresh(part: TicketPart): TicketLine {
  return part === "text" ? { part, text: { zh: "", en: "" } } : { part };
}

function Line({ line, index }: { line: TicketLine; index: number }) {
  const name = say(`part-${line.part}`);
  const of = (what: string) => say("template-of-line", { what, line: index + 1, part: name });
  const look = () => {
    looked.value = index;
  };
  return (
    <li data-line={index} data-part={line.part} data-looked={looked.value === index} onFocusIn={look}>
      <span class="line-name">
        <span class="line-place">{index + 1}</span>
        {name}
      </span>
      <span class="line-style">
        {!UNSTYLED.includes(line.part) && <StyleChoices line={line} index={index} of={of} />}
        {line.part === "feed" && (
          <select
            class="input"
            aria-label={of(say("template-feed"))}
            value={line.feed ?? 1}
            onChange={(event) => changeLine(index, { ...line, feed: Number(event.currentTarget.value) })}
          >
            {[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((count) => (
              <option key={count} value={count}>
                {say("template-feeds", { count })}
              </option>
            ))}
          </select>
        )}
      </span>
      <span class="line-keys">
        <LineKey
          id="up"
          words={of(say("template-up"))}
          sign="M5 12.5 10 7.5 15 12.5"
          onPress={() => moveLine(index, -1)}
        />
        <LineKey
          id="down"
          words={of(say("template-down"))}
          sign="M5 7.5 10 12.5 15 7.5"
          onPress={() => moveLine(index, 1)}
        />
        <LineKey
          id="remove"
          words={of(say("template-remove"))}
          sign="M5 5 15 15M15 5 5 15"
          onPress={() => removeLine(index)}
        />
      </span>
      {line.part === "text" && (
        <TwoTexts
          id={`line-${index}`}
          label={of(say("template-text"))}
          value={line.text}
          onChange={(text) => changeLine(index, { ...line, text: text ?? { zh: "", en: "" } })}
        />
      )}
    </li>
  );
}

interface LineProps {
  line: TicketLine;
  index: number;
  of: (what: string) => string;
}

/** Size, side and weight; the first choice of each is the part's own. */
function StyleChoices({ line, index, of }: LineProps) {
  const put = (key: "size" | "align" | "bold", value: unknown) => {
    const { [key]: _, ...rest } = line;
    changeLine(index, value === undefined ? rest : ({ ...rest, [key]: value } as TicketLine));
  };
  return (
    <>
      <select
        class="input"
        data-style="size"
        aria-label={of(say("template-size"))}
        value={line.size ?? ""}
        onChange={(event) => put("size", Number(event.currentTarget.value) || undefined)}
      >
        <option value="">{say("template-size-own")}</option>
        {SIZES.map((size) => (
          <option key={size} value={size}>
            {say("template-sizes", { size })}
          </option>
        ))}
      </select>
      <select
        class="input"
        data-style="align"
        aria-label={of(say("template-align"))}
        value={line.align ?? ""}
        onChange={(event) => put("align", event.currentTarget.value || undefined)}
      >
        <option value="">{say("template-align-own")}</option>
        {SIDES.map((side) => (
          <option key={side} value={side}>
            {say(`template-align-${side}`)}
          </option>
        ))}
      </select>
      <select
        class="input"
        data-style="bold"
        aria-label={of(say("template-bold"))}
        value={line.bold === undefined ? "" : String(line.bold)}
        onChange={(event) =>
          put("bold", event.currentTarget.value ? event.currentTarget.value === "true" : undefined)
        }
      >
        <option value="">{say("template-bold-own")}</option>
        <option value="true">{say("template-bold-yes")}</option>
        <option value="false">{say("template-bold-no")}</option>
      </select>
    </>
  );
}

interface LineKeyProps {
  id: string;
  words: string;
  sign: string;
  onPress: () => void;
}

function LineKey({ id, words, sign, onPress }: LineKeyProps) {
  return (
    <button type="button" class="line-key" data-key={id} title={words} aria-label={words} onClick={onPress}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={sign} />
      </svg>
    </button>
  );
}
