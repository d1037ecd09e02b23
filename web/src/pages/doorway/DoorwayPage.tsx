import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { problemWords } from "../../shared/api/problem";
import { LanguageSwitch } from "../../shared/components/LanguageSwitch";
import { Mark } from "../../shared/components/Mark";
import { Notice, notify } from "../../shared/components/Notice";
import { signIn } from "../../shared/session/session";
import { pick, say } from "../../shared/words/words";
import { type DemoUser, type Doorway, demo, hall, parks } from "./store";

export function DoorwayPage() {
  useSignalEffect(() => {
    document.title = hall.value ? `${pick(hall.value.name)} · ${say("product")}` : say("product");
  });
  const now = demo.value;
  return (
    <div class="doorway">
      <header class="doorway-head">
        <Mark />
        <div>
          <h1>{hall.value ? pick(hall.value.name) : say("product")}</h1>
          <p>{say(now ? "demo-lead" : "doorway-lead")}</p>
        </div>
        <LanguageSwitch />
      </header>
      <main class="doorway-body">{now === null ? null : now ? <Demo doorway={now} /> : <Start />}</main>
      <Notice />
    </div>
  );
}

/** A hall at work: the boards for everybody, and the sign-in for those who work here. */
function Start() {
  return (
    <ul class="doors">
      <Door id="signin" href="/signin" title={say("door-signin")} text={say("door-signin-text")} />
      <Door id="hall" href="/hall" title={say("door-hall")} text={say("door-hall-text")} />
      {parks.value && (
        <Door id="parking" href="/parking" title={say("door-parking")} text={say("door-parking-text")} />
      )}
      <Boards />
    </ul>
  );
}

function Demo({ doorway }: { doorway: Doorway }) {
  const user = (role: string) => doorway.users.find((other) => other.role === role);
  return (
    <>
      <h2>{say("part-visitors")}</h2>
      <ul class="doors">
        <Door id="kiosk" href="/kiosk" title={say("door-kiosk")} text={say("door-kiosk-text")} />
        <Boards />
        {doorway.phone ? (
          <Door id="phone" href={doorway.phone} title={say("door-phone")} text={say("door-phone-text")} />
        ) : (
          <Door id="phone" title={say("door-phone")} text={say("door-phone-none")} />
        )}
        <Door id="hall" href="/hall" title={say("door-hall")} text={say("door-hall-text")} />
      </ul>
      <h2>{say("part-staff")}</h2>
      <ul class="doors">
        <StaffDoor id="desk" user={user("clerk")} path="/desk/12" />
        <StaffDoor id="reception" user={user("guide")} path="/reception" />
        <StaffDoor id="manage" user={user("manager")} path="/manage" />
        {parks.value && (
          <StaffDoor id="parking" user={user("gate") ?? user("manager")} path="/parking" fixed />
        )}
        <Door id="demo" href="/demo" title={say("door-demo")} text={say("door-demo-text")} />
      </ul>
      <p class="doorway-hint">{say("one-person")}</p>
      <Passwords users={doorway.users} />
    </>
  );
}

function Boards() {
  const zones = hall.value?.zones ?? [];
  return (
    <Door id="board" title={say("door-board")} text={say("door-board-text")}>
      <span class="door-links">
        {zones.map(({ code, name }) => (
          <a key={code} href={`/board/${code}`} title={pick(name)} class="door-link">
            {code}
            <span class="unseen"> {pick(name)}</span>
          </a>
        ))}
      </span>
    </Door>
  );
}

interface DoorProps {
  id: string;
  title: string;
  text: string;
  href?: string;
  children?: ComponentChildren;
}

function Door({ id, title, text, href, children }: DoorProps) {
  const inside = (
    <>
      <Sign id={id} />
      <strong>{title}</strong>
      <span>{text}</span>
    </>
  );
  return (
    <li class="door" data-door={id}>
      {href ? (
        <a class="door-inner" href={href}>
          {inside}
        </a>
      ) : (
        <div class="door-inner">
          {inside}
          {children}
        </div>
      )}
    </li>
  );
}

interface StaffDoorProps {
  id: string;
  user: DemoUser | undefined;
  path: string;
  /** It leads there, wherever else this person begins. */
  fixed?: boolean;
}

/** Signs in and goes there, in one press: only a demo tells the page its passwords. */
function StaffDoor({ id, user, path, fixed = false }: StaffDoorProps) {
  if (!user) return <Door id={id} href={path} title={say(`door-${id}`)} text={say(`door-${id}-text`)} />;
  const enter = async () => {
    const answer = await signIn(user.name, user.password);
    if (answer.ok) location.assign(fixed ? path : user.goes_to || path);
    else notify(problemWords(answer.problem), "bad");
  };
  return (
    <li class="door" data-door={id}>
      <button type="button" class="door-inner" onClick={() => void enter()}>
        <Sign id={id} />
        <strong>{say(`door-${id}`)}</strong>
        <span>{say(`door-${id}-text`)}</span>
        <small>{say("enter-as", { name: user.name })}</small>
      </button>
    </li>
  );
}

function Passwords({ users }: { users: DemoUser[] }) {
  return (
    <section class="panel passwords">
      <h2>{say("passwords")}</h2>
      <ul>
        {users.map(({ name, role, password }) => (
          <li key={name}>
            <strong>{name}</strong>
            <code>{password}</code>
            <span>{say(`role-${role}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const SHAPES: Record<string, string> = {
  kiosk: "M10 3h12v15H10zM12 6h8v7h-8zM13 18v9h6v-9M9 29h14",
  board: "M3 5h26v17H3zM12 27h8M16 22v5M8 11h7M8 16h4M21 10v7",
  phone: "M10 3h12v26H10zM14 26h4M13 9h6M13 13h6",
  hall: "M4 28V12l12-8 12 8v16zM10 28V17h4v11M18 17h5v5h-5z",
  desk: "M3 14h26M5 14v13M27 14v13M9 14V5h14v9M13 27v-7h6v7",
  reception: "M16 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM6 28c0-8 4-12 10-12s10 4 10 12z",
  manage: "M4 28V4M4 28h24M9 23v-7M15 23V10M21 23v-4M27 23V7",
  parking: "M5 4h22v24H5zM13 23V10h4.500a4 4 0 0 1 0 8.500H13",
  demo: "M9 5h14v8H9zM5 13h22v10H5zM9 19h14v9H9zM22 16h2",
  signin: "M12 4h15v24H12M4 16h15M14 11l5 5-5 5",
};

function Sign({ id }: { id: string }) {
  return (
    <svg class="door-sign" viewBox="0 0 32 32" aria-hidden="true">
      <path d={SHAPES[id] ?? ""} />
    </svg>
  );
}
