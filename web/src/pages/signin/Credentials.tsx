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

  useEffect(() => name.current?.focus(), []);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);

  const submit = async () => {
    if (sending || left > 0) return;
    setSending(true);
    setProblem(null);
    const answer = await signIn(name.current?.value.trim() ?? "", password.current?.value ?? "");
    setSending(false);
    if (password.current) password.current.value = "";
    if (answer.ok && answer.body) return onDone(answer.body);
    if (answer.ok) return;
    setProblem(answer.problem);
    if (answer.problem.name === "too-many") setLeft(answer.problem.retryAfterS ?? LATER_S);
    password.current?.focus();
  };

  const words = fault(problem, left);
  const wrong = problem?.name === "unauthenticated" || problem?.name === "invalid";
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

function fault(problem: Problem | null, left: number): string {
  if (!problem) return "";
  // The same words whether the name or the password is wrong: who tries names learns nothing.
  if (problem.name === "unauthenticated" || problem.name === "invalid") return say("signin-wrong");
  if (problem.name === "too-many") return left > 0 ? say("signin-too-many") : "";
  return problemWords(problem);
}
