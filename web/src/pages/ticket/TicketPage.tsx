import { useSignalEffect } from "@preact/signals";
import { problemWords } from "../../shared/api/problem";
import { Interruption } from "../../shared/components/Interruption";
import { NotAllowed } from "../../shared/components/NotAllowed";
import { Notice } from "../../shared/components/Notice";
import { PageHead } from "../../shared/components/PageHead";
import { link } from "../../shared/hall/store";
import { say } from "../../shared/words/words";
import { General } from "./General";
import { Lines } from "./Lines";
import { Papers } from "./Papers";
import { draft, preview, problem } from "./store";

/** The template of tickets: written on the left, printed on the right. */
export function TicketPage() {
  useSignalEffect(() => {
    document.title = `${say("template-title")} · ${say("product")}`;
  });
  return (
    <div class="template" data-known={draft.value !== null} data-refused={preview.value?.refused != null}>
      <a class="skip" href="#papers">
        {say("skip")}
      </a>
      <PageHead title={say("template-title")}>
        <a class="language" href="/manage">
          {say("template-back")}
        </a>
      </PageHead>
      <Interruption link={link.value} />
      {problem.value && (
        <p class="template-problem" role="alert">
          {problemWords(problem.value)}
        </p>
      )}
      {draft.value && (
        <main class="template-body">
          <div class="template-editor">
            <General template={draft.value} />
            <Lines template={draft.value} />
          </div>
          <Papers />
        </main>
      )}
      <NotAllowed roles={["manager", "admin"]} />
      <Notice />
    </div>
  );
}
