import { useRef } from "preact/hooks";
import { hourMinute } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import { pick, say } from "../../shared/words/words";
import { clearFound, find, found, whyNot } from "./store";

/** Where is my car. The plate is gone from the page as soon as it is sent, and the answer a minute later. */
export function FindCar() {
  const plate = useRef<HTMLInputElement>(null);
  const why = whyNot.value;
  const submit = () => {
    const text = plate.current?.value.replaceAll(/\s/g, "").toUpperCase() ?? "";
    if (why !== null || text === "") return;
    if (plate.current) plate.current.value = "";
    void find(text);
  };
  return (
    <section class="panel find" aria-labelledby="find-title">
      <h2 id="find-title">{say("find-car")}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div class="field">
          <label for="find-plate">{say("find-plate")}</label>
          <input
            id="find-plate"
            ref={plate}
            class="input"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={12}
          />
        </div>
        <Button id="find" type="submit" why={why} onClick={() => {}}>
          {say("find-do")}
        </Button>
      </form>
      <div role="status">
        {found.value?.length === 0 && <p class="found">{say("found-none")}</p>}
        {found.value?.map(({ lot, name, since }) => (
          <p class="found" key={lot}>
            {say("found-car", { lot: pick(name), time: hourMinute(since) })}
          </p>
        ))}
      </div>
      {found.value && (
        <Button kind="quiet" id="forget" onClick={clearFound}>
          {say("found-forget")}
        </Button>
      )}
      <p class="field-hint">{say("find-hint")}</p>
    </section>
  );
}
