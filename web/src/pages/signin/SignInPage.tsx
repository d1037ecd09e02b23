import { useSignalEffect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import { LanguageSwitch } from "../../shared/components/LanguageSwitch";
import { Mark } from "../../shared/components/Mark";
import type { Session } from "../../shared/generated/protocol";
import { ownPath } from "../../shared/session/paths";
import { currentSession, homeOf, signOut } from "../../shared/session/session";
import { say } from "../../shared/words/words";
import { Credentials } from "./Credentials";

const asked = () => new URLSearchParams(location.search).get("to");

/** Who are you, and then on to where you were going; a clerk who was going nowhere says at which window he sits. */
export function SignInPage() {
  const [person, setPerson] = useState<Session | null>(null);
  useSignalEffect(() => {
    document.title = `${say("signin-title")} · ${say("product")}`;
  });
  useEffect(() => {
    // Not to be asked twice: who is signed in already sees so.
    void currentSession().then((answer) => {
      if (answer.ok && answer.body) setPerson(answer.body);
    });
  }, []);
  return (
    <div class="signin">
      <header class="signin-brand">
        <Mark />
        <p>
          <strong>{say("product")}</strong>
          <span>{say("signin-lead")}</span>
        </p>
        <LanguageSwitch />
      </header>
      <main class="signin-card">
        <h1>{say("signin-title")}</h1>
        {person ? <Known person={person} /> : <Credentials onDone={onward(setPerson)} />}
      </main>
      <footer class="signin-foot">{say("signin-foot")}</footer>
    </div>
  );
}

/** Leads on at once where it is plain whereto; otherwise the person is asked. */
function onward(ask: (person: Session) => void) {
  return (person: Session) => {
    const to = ownPath(asked(), homeOf(person));
    if (to.startsWith("/signin")) ask(person);
    else location.assign(to);
  };
}

function Known({ person }: { person: Session }) {
  const to = ownPath(asked(), homeOf(person));
  return (
    <>
      <p class="signin-known">
        {say("signed-in-as", { name: person.name, role: say(`role-${person.role}`) })}
      </p>
      {to.startsWith("/signin") ? (
        <WindowForm />
      ) : (
        <Button kind="main" id="continue" onClick={() => location.assign(to)}>
          {say("signin-continue")}
        </Button>
      )}
      <Button kind="quiet" id="sign-out" onClick={() => void signOut()}>
        {say("signin-other")}
      </Button>
    </>
  );
}

function WindowForm() {
  const [window, setWindow] = useState("");
  const fits = /^[1-9]\d{0,4}$/.test(window);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) location.assign(`/desk/${window}`);
      }}
    >
      <div class="field">
        <label for="window">{say("signin-window")}</label>
        <input
          id="window"
          class="input"
          inputMode="numeric"
          autocomplete="off"
          maxLength={5}
          value={window}
          ref={(input) => input?.focus()}
          onInput={(event) => setWindow(event.currentTarget.value.trim())}
        />
      </div>
      <Button
        kind="main"
        id="to-window"
        type="submit"
        why={fits ? null : say("signin-window-hint")}
        onClick={() => {}}
      >
        {say("signin-to-window")}
      </Button>
    </form>
  );
}
