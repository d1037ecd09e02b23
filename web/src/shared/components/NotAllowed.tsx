import type { Role } from "../generated/protocol";
import { homeOf, session, signOut } from "../session/session";
import { say } from "../words/words";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

/** Stands before a page that is for other roles, and leads to one's own. The server refuses what is not allowed anyway. */
export function NotAllowed({ roles }: { roles: readonly Role[] }) {
  const person = session.value;
  if (!person || roles.includes(person.role)) return null;
  return (
    <Dialog title={say("other-role-title")} id="not-allowed">
      <p>{say("signed-in-as", { name: person.name, role: say(`role-${person.role}`) })}</p>
      <div class="dialog-actions">
        <Button kind="quiet" id="sign-out" onClick={() => void signOut()}>
          {say("sign-out")}
        </Button>
        <Button kind="main" id="home" first onClick={() => location.assign(homeOf(person))}>
          {say("to-my-page")}
        </Button>
      </div>
    </Dialog>
  );
}
