import type { Ref } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Problem, problemWords } from "../../shared/api/problem";
import { Button } from "../../shared/components/Button";
import type { Session } from "../../shared/generated/protocol";
import { signIn } from "../../shared/session/session";
import { say } from "../../shared/words/words";

/** Where a server that says "later" does not say when. */
const LATER_S = 30;

/** Name and password. What went wrong is said beside the fields and read out; the password is never kept. */
export function Credentials({ onDone }: { onDone: (person: Session) => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const [left, setLeft] = useState(0);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const chosen = useRef<HTMLInputElement>(null);
  const again = useRef<HTMLInputElement>(null);
  // The password is one of the first sign-in: another one has to be chosen.
  const [changing, setChanging] = useState(false);
  const [differs, setDiffers] = useState(false);

  useEffect(() => name.current?.focus(), []);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);

  const submit = async () => {
    if (sending || left > 0) return;
    const fresh = chosen.current?.value ?? "";
    setDiffers(changing && fresh !== again.current?.value);
    if (changing && fresh !== again.current?.value) return;
    setSending(true);
    setProblem(null);
    const given = password.current?.value ?? "";
    const answer = await signIn(name.current?.value.trim() ?? "", given, changing ? fresh : null);
    setSending(false);
    if (answer.ok && answer.body) return onDone(answer.body);
    if (answer.ok) return;
    setProblem(answer.problem);
    if (answer.problem.name === "password-change") {
      setChanging(true);
      return;
    }
    // A new one that will not do leaves the old one right.
    const stays = changing && answer.problem.name === "invalid";
    for (const field of [stays ? null : password.current, chosen.current, again.current]) {
      if (field) field.value = "";
    }
    if (!stays) setChanging(false);
    if (answer.problem.name === "too-many") setLeft(answer.problem.retryAfterS ?? LATER_S);
    password.current?.focus();
  };

  useEffect(() => {
    if (changing) chosen.current?.focus();
  }, [changing]);

  const words = differs ? say("password-differs") : fault(problem, left, changing);
  const wrong = problem?.name === "unauthenticated" || (problem?.name === "invalid" && !changing);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="field">
        <label for="name">{say("signin-name")}</label>
        <input
          id="name"
          class="input"
          ref={name}
          type="text"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          aria-invalid={wrong}
          aria-describedby="fault"
        />
      </div>
      <div class="field">
        <label for="password">{say("signin-password")}</label>
        <input
          id="password"
          class="input"
          ref={password}
          type="password"
          autocomplete="current-password"
          required
          aria-invalid={wrong}
          aria-describedby="fault"
        />
      </div>
      {changing && (
        <>
          <NewPassword id="new-password" label={say("password-new")} input={chosen} />
          <NewPassword id="new-again" label={say("password-again")} input={again} />
          <p class="field-hint">{say("password-rule")}</p>
        </>
      )}
      <p id="fault" class="signin-fault" role="alert">
        {words}
      </p>
      <Button
        kind="main"
        id="sign-in"
        type="submit"
        why={left > 0 ? say("signin-later", { seconds: left }) : null}
        onClick={() => {}}
      >
        {sending ? say("sending") : left > 0 ? say("signin-later", { seconds: left }) : say("signin-do")}
      </Button>
    </form>
  );
}

function NewPassword({ id, label, input }: { id: string; label: string; input: Ref<HTMLInputElement> }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        ref={input}
        type="password"
        autocomplete="new-password"
        required
        aria-describedby="fault"
      />
    </div>
  );
}

function fault(problem: Problem | null, left: number, changing: boolean): string {
  if (!problem) return "";
  if (problem.name === "password-change") return say("password-change");
  if (problem.name === "invalid" && changing) return say("password-unfit");
  // The first password was good for some days only.
  if (problem.name === "not-allowed") return say("password-expired");
  // The same words whether the name or the password is wrong: who tries names learns nothing.
  if (problem.name === "unauthenticated" || problem.name === "invalid") return say("signin-wrong");
  if (problem.name === "too-many") return left > 0 ? say("signin-too-many") : "";
  return problemWords(problem);
}
