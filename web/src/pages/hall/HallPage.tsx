import { useSignalEffect } from "@preact/signals";
import { Interruption } from "../../shared/components/Interruption";
import { hall, isLive, link } from "../../shared/hall/store";
import { WindowMap } from "../../shared/hall/WindowMap";
import { pick, say } from "../../shared/words/words";
import { Calls } from "./Calls";
import { Figures } from "./Figures";
import { Head } from "./Head";
import { Queues } from "./Queues";

export function HallPage() {
  useSignalEffect(() => {
    const name = hall.value.hall?.name;
    document.title = name
      ? `${pick(name)} · ${say("page-title")}`
      : `${say("page-title")} · ${say("product")}`;
  });
  const known = hall.value.hall !== null;
  return (
    <div class="hall" data-known={known} data-old={known && !isLive.value} data-phase={link.value.phase}>
      <a class="skip" href="#queues">
        {say("skip-to-queues")}
      </a>
      <Head />
      <Interruption link={link.value} />
      <main class="hall-body">
        <Figures />
        <WindowMap />
        <div class="hall-side">
          <div class="hall-side-inner">
            <Calls />
            <Queues />
          </div>
        </div>
      </main>
    </div>
  );
}
