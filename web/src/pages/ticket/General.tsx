import type { Name, TicketTemplate } from "../../shared/generated/protocol";
import { say } from "../../shared/words/words";
import { change } from "./store";

const LANGUAGES = ["zh en", "en zh", "zh", "en"] as const;
const DATES = ["iso", "chinese", "day-first"] as const;
const PAPERS = [48, 42, 32] as const;

/** What holds for the whole ticket. */
export function General({ template }: { template: TicketTemplate }) {
  const languages = (template.languages ?? ["zh", "en"]).join(" ");
  const columns = template.columns ?? [48, 32];
  return (
    <section class="template-general" aria-labelledby="general">
      <h2 id="general" class="unseen">
        {say("template-general")}
      </h2>
      <TwoTexts
        id="header"
        label={say("template-header")}
        value={template.header}
        onChange={(header) => change(withOrWithout(template, "header", header))}
      />
      <TwoTexts
        id="notice"
        label={say("template-notice")}
        value={template.notice}
        onChange={(notice) => change(withOrWithout(template, "notice", notice))}
      />
      <div class="template-choices">
        <label>
          {say("template-languages")}
          <select
            class="input"
            data-choice="languages"
            value={languages}
            onChange={(event) => {
              const chosen = event.currentTarget.value.split(" ") as ("zh" | "en")[];
              change({ ...template, languages: chosen });
            }}
          >
            {LANGUAGES.map((choice) => (
              <option key={choice} value={choice}>
                {say(`template-languages-${choice.replace(" ", "-")}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("template-date")}
          <select
            class="input"
            data-choice="date"
            value={template.date ?? "iso"}
            onChange={(event) =>
              change({ ...template, date: event.currentTarget.value as (typeof DATES)[number] })
            }
          >
            {DATES.map((choice) => (
              <option key={choice} value={choice}>
                {say(`template-date-${choice}`)}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{say("template-papers")}</legend>
          {PAPERS.map((paper) => (
            <label key={paper}>
              <input
                type="checkbox"
                data-paper={paper}
                checked={columns.includes(paper)}
                onChange={(event) => {
                  const on = event.currentTarget.checked;
                  const chosen = PAPERS.filter((one) => (one === paper ? on : columns.includes(one)));
                  change({ ...template, columns: chosen });
                }}
              />
              {say("template-paper", { mm: paper > 32 ? 80 : 58, columns: paper })}
            </label>
          ))}
        </fieldset>
      </div>
    </section>
  );
}

interface TwoTextsProps {
  id: string;
  label: string;
  value: Name | undefined;
  /** Undefined where both are empty. */
  onChange: (value: Name | undefined) => void;
}

/** A text in Chinese and in English. */
export function TwoTexts({ id, label, value, onChange }: TwoTextsProps) {
  const zh = typeof value === "string" ? value : (value?.zh ?? "");
  const en = typeof value === "string" ? value : (value?.en ?? "");
  const put = (next: { zh: string; en: string }) =>
    onChange(next.zh === "" && next.en === "" ? undefined : next);
  return (
    <fieldset class="two-texts">
      <legend>{label}</legend>
      <input
        class="input"
        lang="zh-CN"
        data-text={`${id}-zh`}
        aria-label={say("template-in-chinese", { what: label })}
        placeholder="中文"
        maxLength={120}
        value={zh}
        onInput={(event) => put({ zh: event.currentTarget.value, en })}
      />
      <input
        class="input"
        lang="en"
        data-text={`${id}-en`}
        aria-label={say("template-in-english", { what: label })}
        placeholder="English"
        maxLength={120}
        value={en}
        onInput={(event) => put({ zh, en: event.currentTarget.value })}
      />
    </fieldset>
  );
}

function withOrWithout(template: TicketTemplate, key: "header" | "notice", value: Name | undefined) {
  const { [key]: _, ...rest } = template;
  return value === undefined ? rest : { ...rest, [key]: value };
}
