import { Dialog } from "../../shared/components/Dialog";
import { say } from "../../shared/words/words";
import { type Paper, papers, pictureOf, scan, shown, state } from "./store";

/** Every printed ticket as its picture, newest first. */
export function Papers() {
  const all = papers.value;
  return (
    <section class="panel papers" aria-labelledby="papers-title">
      <h2 id="papers-title">
        {say("papers")}
        <small>{say("papers-hint")}</small>
      </h2>
      {all.length === 0 && <p class="demo-nothing">{say("no-papers")}</p>}
      <ul>
        {all.map((paper) => (
          <li key={`${paper.printer} ${paper.ticket.n}`}>
            <button
              type="button"
              class="paper"
              data-paper={paper.ticket.n}
              onClick={() => (shown.value = paper)}
            >
              <img src={pictureOf(paper)} alt={paper.ticket.text} loading="lazy" />
              <span>
                {paper.printer}
                <PaperMarks paper={paper} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is to be known of a paper that is not whole and first. */
function PaperMarks({ paper: { ticket } }: { paper: Paper }) {
  return (
    <>
      {ticket.reprint && <em>{say("paper-reprint")}</em>}
      {ticket.void && <em>{say("paper-void")}</em>}
      {!ticket.complete && !ticket.void && <em data-bad="true">{say("paper-broken")}</em>}
    </>
  );
}

export function PaperDialog() {
  const paper = shown.value;
  if (!paper) return null;
  // The kiosk that one looks at has the first.
  const scanner = state.value?.bridge?.scanners?.[0];
  const links = paper.ticket.qr.filter((text) => /^https?:\/\//.test(text));
  return (
    <Dialog
      title={say("paper-of", { name: paper.printer })}
      onClose={() => (shown.value = null)}
      wide
      id="paper"
    >
      <div class="paper-large">
        <img src={pictureOf(paper)} alt={paper.ticket.text} />
        <div>
          <pre>{paper.ticket.text}</pre>
          <p>
            <PaperMarks paper={paper} />
          </p>
          {links.map((link) => (
            <a key={link} class="button" data-kind="main" href={onThisSite(link)}>
              {say("open-phone")}
            </a>
          ))}
          {scanner &&
            links.map((link) => (
              <button
                key={link}
                type="button"
                class="button"
                data-scan={paper.ticket.n}
                onClick={() => void scan(scanner.name, link)}
              >
                {say("scan-paper", { name: scanner.name })}
              </button>
            ))}
        </div>
      </div>
    </Dialog>
  );
}

/** The code names the hall's own address; here it is opened where this page came from. */
function onThisSite(link: string): string {
  const url = new URL(link, location.origin);
  return url.pathname.startsWith("/t/") ? url.pathname : link;
}
